import { expect, test } from 'vitest'
import { describeCrash } from '../../src/cli/crash.ts'

const VALUE = 'sk-zebra-0123456789'

function lines(thrown: unknown): readonly string[] {
  return describeCrash(thrown).split('\n')
}

test('a crash says what kind of error came from where', () => {
  const [first, frame] = lines(Object.assign(new TypeError('no'), { code: 'ERR_INVALID_ARG_TYPE' }))
  expect(first).toContain('TypeError, ERR_INVALID_ARG_TYPE')
  expect(frame).toMatch(/crash\.test\.ts:\d+:\d+/)
})

test.each<[string, unknown]>([
  ['the message', new Error(`cannot send ${VALUE}`)],
  ['lines of the message', new Error(`cannot send\n    at ${VALUE}\n    at f (${VALUE}:1:1)\n${VALUE}`)],
  ['a property', Object.assign(new Error('no'), { request: { body: VALUE } })],
  ['the cause', new Error('no', { cause: VALUE })],
  ['the name and the code', Object.assign(new Error('no'), { name: VALUE, code: VALUE })],
  ['a stack of its own', Object.assign(new Error('no'), { stack: VALUE })],
  ['a parser that quotes what it read', parseError()],
  ['text', VALUE],
  ['an object', { [VALUE]: VALUE }],
  ['nothing', undefined],
])('a crash repeats nothing of %s', (_where, thrown) => {
  expect(describeCrash(thrown)).not.toMatch(/zebra|456789/)
  expect(lines(thrown)[0]).toContain('aigw-sync: broken, and ends')
})

function parseError(): unknown {
  try {
    return JSON.parse(VALUE)
  } catch (error) {
    return error
  }
}

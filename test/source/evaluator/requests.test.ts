import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { lineReader } from '../../../src/source/evaluator/requests.ts'

/** Files that hold these texts, by number. */
function files(...texts: readonly string[]): readonly string[] {
  const dir = mkdtempSync(join(tmpdir(), 'aigw-requests-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  return texts.map((text, index) => {
    const path = join(dir, String(index))
    writeFileSync(path, text)
    return path
  })
}

function opened(path = ''): number {
  const descriptor = openSync(path, 'r')
  onTestFinished(() => closeSync(descriptor))
  return descriptor
}

test('lines come one by one, whatever their length, and then no more', () => {
  const long = 'ä'.repeat(200_000)
  const next = lineReader(opened(files(`one\n\n${long}\nlast\nunfinished`)[0]))
  expect([next(), next(), next(), next(), next()]).toEqual(['one', '', long, 'last', undefined])
})

test('nothing is read from what was put in the place of the descriptor', () => {
  const [pipe = '', other = ''] = files('one\n', '{ "forged": true }\n')
  const descriptor = openSync(pipe, 'r')
  const next = lineReader(descriptor)
  expect(next()).toBe('one')
  closeSync(descriptor)
  expect(opened(other)).toBe(descriptor)
  expect(next).toThrow('in the place of the pipe')
})

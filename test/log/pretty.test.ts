import { expect, test } from 'vitest'
import { renderPretty } from '../../src/log/pretty.ts'

const line = { level: 'warn', time: '2026-07-01T06:31:17.007Z', msg: 'team-a/chatbot: failed', key: 'team-a/chatbot' }

test('the time is local and the level a sign', () => {
  const [hours, minutes] = [new Date(line.time).getHours(), new Date(line.time).getMinutes()]
  const clock = `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}:17.007`
  expect(renderPretty(line, false)).toBe(`${clock} ▲ team-a/chatbot: failed\n`)
})

test('with colours, the key is bold, and the rest stands as without', () => {
  const coloured = renderPretty({ ...line, operationId: 'op_1' }, true)
  expect(coloured).toContain('\u001b[33m▲\u001b[39m \u001b[1mteam-a/chatbot\u001b[22m: failed')
  // oxlint-disable-next-line no-control-regex -- the sequences that colours are made of
  expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(renderPretty({ ...line, operationId: 'op_1' }, false))
})

test.each(['trace', 'debug', 'info', 'warn', 'error', 'fatal'])('%s has a sign', (level) => {
  expect(renderPretty({ ...line, level }, false)).toMatch(/^\S+ [·•▲×] /)
})

test('the operation stands at the end', () => {
  expect(renderPretty({ ...line, operationId: 'op_1' }, false)).toMatch(/failed {2}operation op_1\n$/)
})

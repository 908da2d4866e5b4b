import { expect, test } from 'vitest'
import { wantsColour } from '../../src/log/output.ts'

test.each([
  [{}, true],
  [{ TERM: 'xterm-256color', NO_COLOR: '' }, true],
  [{ NO_COLOR: '1' }, false],
  [{ TERM: 'dumb' }, false],
])('with %j, colours on a terminal: %s', (env, expected) => {
  expect(wantsColour(env)).toBe(expected)
})

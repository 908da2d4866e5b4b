import { expect, test } from 'vitest'
import { assignments, READY, reloading, status, STOPPING, WATCHDOG } from '../../../src/daemon/notify/message.ts'

test.each([
  ['ready', READY, ['READY=1']],
  ['stopping', STOPPING, ['STOPPING=1']],
  ['alive', WATCHDOG, ['WATCHDOG=1']],
  ['reloading since some microseconds', reloading(1_234_567_890n), ['RELOADING=1', 'MONOTONIC_USEC=1234567']],
  ['ready, and how it fares', { ...READY, ...status('12 entries') }, ['READY=1', 'STATUS=12 entries']],
  ['what would end a line', status('a\nREADY=1\u001B[2J'), ['STATUS=a READY=1 [2J']],
])('%s is said in assignments, one a line', (_what, message, lines) => {
  expect(assignments(message)).toEqual(lines)
})

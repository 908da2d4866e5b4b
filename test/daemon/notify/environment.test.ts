import { describe, expect, test } from 'vitest'
import { readInvitation } from '../../../src/daemon/notify/environment.ts'

const PID = 4711
const PASSED = { LISTEN_PID: '4711', LISTEN_FDS: '2', LISTEN_FDNAMES: 'other:sdnotify' }
const SOCKET = { NOTIFY_SOCKET: '/run/systemd/notify' }

describe('a service manager wants to be told', () => {
  test.each([
    ['by a descriptor that it passes under our name for it', PASSED, { way: { type: 'descriptor', fd: 4 } }],
    ['by that rather than by its socket', { ...PASSED, ...SOCKET }, { way: { type: 'descriptor', fd: 4 } }],
    ['by its socket', SOCKET, { way: { type: 'command', socket: '/run/systemd/notify' } }],
    [
      'by its socket, where the descriptors are for another process',
      { ...PASSED, ...SOCKET, LISTEN_PID: '1' },
      { way: { type: 'command' } },
    ],
    [
      'by its socket, where no descriptor has the name',
      { ...PASSED, ...SOCKET, LISTEN_FDNAMES: 'a:b' },
      { way: { type: 'command' } },
    ],
    [
      'by its socket, where fewer descriptors are passed than named',
      { ...PASSED, ...SOCKET, LISTEN_FDS: '1' },
      { way: { type: 'command' } },
    ],
    ['and as often as its watchdog barks', { ...SOCKET, WATCHDOG_USEC: '30000000' }, { watchdogMs: 30_000 }],
    [
      'and as often as the watchdog of this process barks',
      { ...SOCKET, WATCHDOG_USEC: '500000', WATCHDOG_PID: '4711' },
      { watchdogMs: 500 },
    ],
  ])('%s', (_way, env, expected) => {
    expect(readInvitation(env, PID)).toMatchObject(expected)
  })

  test.each([
    ['there is none', {}],
    ['its watchdog is of another process', { ...SOCKET, WATCHDOG_USEC: '500000', WATCHDOG_PID: '1' }],
    ['its time is no number', { ...SOCKET, WATCHDOG_USEC: 'soon' }],
    ['its time is zero', { ...SOCKET, WATCHDOG_USEC: '0' }],
  ])('without a watchdog, where %s', (_case, env) => {
    expect(readInvitation(env, PID)?.watchdogMs).toBeUndefined()
  })
})

test.each([
  ['nothing is said', {}],
  ['the descriptors are for another process', { ...PASSED, LISTEN_PID: '1' }],
  ['the socket is empty', { NOTIFY_SOCKET: '' }],
])('no service manager wants to be told where %s', (_case, env) => {
  expect(readInvitation(env, PID)).toBeUndefined()
})

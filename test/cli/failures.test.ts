import { expect, test } from 'vitest'
import { endingOf } from '../../src/cli/failures.ts'

test.each([
  ['ENOSPC', 75],
  ['EDQUOT', 75],
  ['EIO', 75],
  ['EMFILE', 75],
  ['BUSY', 75],
  ['EACCES', 77],
  ['EROFS', 78],
  ['EINVAL', 78],
])('a lockfile that cannot be used because of %s ends with %i', (code, exitCode) => {
  const msg = 'what the system says'
  for (const type of ['unusable', 'unreadable', 'unwritable'] as const) {
    const failure = { msg: `/l cannot be used: ${msg}`, errorCode: code }
    expect(endingOf({ type, path: '/l', code, msg })).toEqual({ failure, exitCode })
  }
})

test('another owner’s lockfile names the ways out', () => {
  const { failure, exitCode } = endingOf({ type: 'other-owner', path: '/l', recorded: 'green', owner: 'blue' })
  expect(exitCode).toBe(78)
  expect(failure.msg).toBe(
    'the lockfile /l belongs to owner green, this one is blue; ' +
      'to hand everything over: `aigw-sync adopt --from-owner green --owner blue`; ' +
      'to run both side by side give this one a lockfile of its own with --lockfile',
  )
})

test.each([
  ['aigw-sync.service', '/etc/systemd/system/aigw-sync.service.d'],
  ['aigw-sync@team-a.service', '/etc/systemd/system/aigw-sync@.service.d'],
])('a unit %s that systemd does not hear names the drop-in, and where it belongs', (unit, folder) => {
  const { failure, exitCode } = endingOf({ type: 'unheard', unit, notifyAccess: 'main' })
  expect(exitCode).toBe(78)
  expect(failure.msg).toContain(`${unit} has NotifyAccess=main`)
  expect(failure.msg).toContain(`put drop-ins/10-systemd-252.conf, which lies beside the units, into ${folder}, `)
})

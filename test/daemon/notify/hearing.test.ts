import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { notifyAccessOf, unitOf } from '../../../src/daemon/notify/hearing.ts'
import { temporaryFolder } from '../../support/process.ts'

const SLICE = '/system.slice'

describe('the unit is the service that the process runs in', () => {
  test.each([
    ['of the one hierarchy', `0::${SLICE}/aigw-sync.service\n`, 'aigw-sync.service'],
    ['of several of its kind', `0::${SLICE}/system-aigw\\x2dsync.slice/aigw-sync@team-a.service\n`, 'aigw-sync@team-a.service'],
    [
      'of the old hierarchies',
      `12:memory:/other.service\n1:name=systemd:${SLICE}/aigw-sync.service\n0::/\n`,
      'aigw-sync.service',
    ],
  ])('%s', (_kind, cgroup, unit) => {
    expect(unitOf(cgroup)).toBe(unit)
  })

  test.each([
    ['a session', '0::/user.slice/user-0.slice/session-1.scope\n'],
    ['a container of a service', `0::${SLICE}/aigw-sync.service/libpod-payload-1\n`],
    ['the root', '0::/\n'],
    ['nothing', ''],
  ])('and none in %s', (_kind, cgroup) => {
    expect(unitOf(cgroup)).toBeUndefined()
  })
})

describe('whom the unit lets speak', () => {
  const MAIN = '[Service]\nNotifyAccess=main\n'
  const ALL = '[Service]\nNotifyAccess = all\n'
  const NEITHER = '[Service]\n#NotifyAccess=all\nType=notify\n'

  test.each<[string, string, Readonly<Record<string, string>>, string | undefined]>([
    ['is what its file says', 'a-b.service', { 'lib/a-b.service': MAIN }, 'main'],
    ['is not known without a file', 'a-b.service', { 'lib/other.service': MAIN }, undefined],
    ['is not known where it does not say', 'a-b.service', { 'lib/a-b.service': NEITHER }, undefined],
    ['is what the stronger file says', 'a-b.service', { 'etc/a-b.service': ALL, 'lib/a-b.service': MAIN }, 'all'],
    ['is what its template says', 'a@x.service', { 'lib/a@.service': MAIN }, 'main'],
    [
      'is what the one says, for which there is a template',
      'a@x.service',
      { 'etc/a@.service': ALL, 'lib/a@x.service': MAIN },
      'main',
    ],
    ['is what a drop-in says', 'a-b.service', { 'etc/a-b.service': MAIN, 'lib/a-b.service.d/10.conf': ALL }, 'all'],
    ['is what a drop-in of the template says', 'a@x.service', { 'lib/a@.service': MAIN, 'etc/a@.service.d/10.conf': ALL }, 'all'],
    [
      'is what a drop-in for all of a prefix says',
      'a-b-c@x.service',
      { 'lib/a-b-c@.service': MAIN, 'etc/a-.service.d/1.conf': ALL },
      'all',
    ],
    ['is what a drop-in for all services says', 'a-b.service', { 'lib/a-b.service': MAIN, 'etc/service.d/1.conf': ALL }, 'all'],
    [
      'is what the last drop-in says, by its name',
      'a-b.service',
      { 'lib/a-b.service': MAIN, 'lib/a-b.service.d/20.conf': MAIN, 'etc/a-b.service.d/10.conf': ALL },
      'main',
    ],
    [
      'is what the stronger of two drop-ins with one name says',
      'a-b.service',
      { 'lib/a-b.service': MAIN, 'lib/a-b.service.d/10.conf': MAIN, 'etc/a-b.service.d/10.conf': ALL },
      'all',
    ],
    [
      'is not what a drop-in says that is none',
      'a-b.service',
      { 'lib/a-b.service': MAIN, 'etc/a-b.service.d/10.conf~': ALL },
      'main',
    ],
  ])('%s', async (_how, unit, files, expected) => {
    const root = await temporaryFolder()
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true })
      await writeFile(join(root, path), text)
    }
    expect(await notifyAccessOf(unit, [join(root, 'etc'), join(root, 'lib')])).toBe(expected)
  })
})

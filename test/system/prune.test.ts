import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { personAt } from '../support/person.ts'
import { named, openScene, resyncs } from '../support/scene.ts'

const SYNC = ['--policy', 'sync', '--resync-interval', '100ms', '--delete-grace', '0ms']

/** A daemon that has created some entries under `sync`, and somebody at the gateway. */
async function scene(names: readonly string[], ...flags: readonly string[]) {
  const opened = await openScene()
  for (const name of names) await opened.put(`${name}.json`, named(name))
  const daemon = await opened.settled(...SYNC, ...flags)
  const drop = (name: string) => rm(join(opened.folder, `configs/${name}.json`))
  return { ...opened, daemon, drop, person: personAt(opened.emulator) }
}

describe('under sync, what is gone from the folder', () => {
  test('is deleted after its grace, and forgotten by the lockfile', async () => {
    const { daemon, drop, person, lockfile } = await scene(['kept', 'left', 'more', 'most'], '--delete-grace', '300ms')
    const { id } = person.one('left')
    await drop('left')
    expect(await daemon.until('config.orphaned')).toMatchObject({ key: 'left', stays: 'grace', source: 'left.json' })
    expect(await daemon.until('config.deleted')).toMatchObject({ key: 'left', id, reason: 'not-declared' })
    expect(person.of('left')).toEqual([])
    expect(Object.keys((await lockfile()).entries)).toEqual(['kept', 'more', 'most'])
  })

  test('and comes back within its grace keeps its configuration', async () => {
    const it = await scene(['kept', 'left'], '--delete-grace', '1h')
    const { id } = it.person.one('left')
    await it.drop('left')
    await it.daemon.until('config.orphaned')
    await it.put('left.json', named('left'))
    await resyncs(it.emulator, 2)
    expect(it.person.one('left').id).toBe(id)
    expect(it.daemon.told('config.deleted')).toEqual([])
  })

  test('and said `protect: true` stays, also after a restart', async () => {
    const it = await scene(['kept'])
    await it.put('left.json', { ...named('left'), protect: true })
    await it.daemon.until((line) => line.event === 'config.created' && line['key'] === 'left')
    await it.drop('left')
    expect(await it.daemon.until('config.orphaned')).toMatchObject({ key: 'left', stays: 'protected' })
    await it.daemon.kill('SIGTERM')
    const again = await it.settled(...SYNC)
    expect(await again.until('config.orphaned')).toMatchObject({ key: 'left', stays: 'protected' })
    expect(it.person.of('left')).toHaveLength(1)
  })

  test('and is in use stays, naming the access keys, until they are given another', async () => {
    const { daemon, drop, person } = await scene(['kept', 'left'])
    const { id } = person.one('left')
    const accessKey = await person.use(id, 'production')
    await drop('left')
    const orphaned = await daemon.until((line) => line.event === 'config.orphaned' && line['stays'] === 'in-use')
    expect(orphaned).toMatchObject({ key: 'left', accessKeys: [{ id: accessKey, name: 'production' }] })
    expect(orphaned.msg).toContain(`production (${accessKey})`)
    await person.release(accessKey)
    expect(await daemon.until('config.deleted')).toMatchObject({ key: 'left', id })
  })

  test('stays while the folder is away, and while its module does not load', async () => {
    const it = await scene(['kept', 'left'])
    await it.put('left.json', '{ "name": ')
    await it.daemon.until('source.invalid')
    await resyncs(it.emulator, 2)
    await rename(join(it.folder, 'configs'), join(it.folder, 'away'))
    await it.daemon.until('source.missing')
    await resyncs(it.emulator, 2)
    expect(it.person.of('left').length + it.person.of('kept').length).toBe(2)
    expect(it.daemon.told('config.deleted')).toEqual([])
  })

  test('and is more than the caps allow stays, every bit of it', async () => {
    const it = await scene(['a', 'b', 'c', 'more/d', 'more/e', 'more/f', 'g'], '--delete-grace', '100ms')
    for (const name of ['a', 'b', 'c']) await it.drop(name)
    await it.daemon.until(() => it.daemon.told('config.deleted').length === 3)
    await rename(join(it.folder, 'configs/more'), join(it.folder, 'away')) // all at once, or the first could be ripe before the last is gone
    const blocked = await it.daemon.until((line) => line.event === 'guard.blocked' && line['count'] === 3)
    expect(blocked).toMatchObject({
      guard: 'delete-max-percent',
      limit: 2,
      managed: 4,
      msg: expect.stringContaining('--confirm-deletes 3'),
    })
    await resyncs(it.emulator, 2)
    expect(it.emulator.state.configurations).toHaveLength(4)
    await it.put('more/d.json', named('more/d'))
    expect(await it.daemon.until('guard.cleared')).toMatchObject({ guard: 'delete-max-percent' })
    await it.daemon.until(() => it.daemon.told('config.deleted').length === 5)
  })
})

test('a daemon is told by `apply --confirm-deletes` that so many deletions are right, once', async () => {
  const it = await scene(['a', 'b', 'c', 'd', 'e'], '--delete-max-percent', '0')
  await it.drop('a')
  await it.drop('b')
  await it.daemon.until((line) => line.event === 'guard.blocked' && line['count'] === 2)
  const wrong = it.start('apply', '--policy', 'sync', '--confirm-deletes', '1')
  expect(await wrong.ended).toBe(3)
  expect(wrong.stderr()).toContain('which is 2, got 1')
  const right = it.start('apply', '--policy', 'sync', '--confirm-deletes', '2')
  expect(await right.ended).toBe(0)
  await it.daemon.until(() => it.daemon.told('config.deleted').length === 2)
  await it.drop('c')
  await it.daemon.until((line) => line.event === 'guard.blocked' && line['count'] === 1)
  await resyncs(it.emulator, 2)
  expect(it.emulator.state.configurations).toHaveLength(3)
})

/** Five entries that were applied, and of which some are gone from the folder since. */
async function applied(...gone: readonly string[]) {
  const opened = await openScene()
  for (const name of ['a', 'b', 'c', 'd', 'e']) await opened.put(`${name}.json`, named(name))
  expect(await opened.start('apply').ended).toBe(0)
  for (const name of gone) await rm(join(opened.folder, `configs/${name}.json`))
  return { ...opened, sync: (...flags: readonly string[]) => opened.start('apply', '--policy', 'sync', ...flags) }
}

test('what is in use does not hold up the rest: it is no deletion that a cap could count', async () => {
  const it = await applied('a', 'b', 'c')
  await personAt(it.emulator).use(personAt(it.emulator).one('a').id, 'production')
  const once = it.sync('--delete-grace', '0ms')
  expect(await once.ended).toBe(0)
  expect(once.told('config.deleted').map(({ key }) => key)).toEqual(expect.arrayContaining(['b', 'c']))
  expect(once.told('config.orphaned')).toMatchObject([{ key: 'a', stays: 'in-use' }])
})

describe('`apply` under sync', () => {
  test('deletes what is gone after waiting out the grace', async () => {
    const { sync, emulator } = await applied('a')
    const once = sync('--delete-grace', '200ms')
    expect(await once.ended).toBe(0)
    expect(once.events().filter((event) => event.startsWith('config.'))).toEqual(['config.orphaned', 'config.deleted'])
    expect(emulator.state.configurations).toHaveLength(4)
  })

  test('ends with 3 where a guard blocks it, and deletes as many as are confirmed, once', async () => {
    const { sync, emulator } = await applied('a', 'b', 'c')
    const blocked = sync('--delete-grace', '0ms')
    expect(await blocked.ended).toBe(3)
    expect(blocked.told('guard.blocked')).toMatchObject([{ guard: 'delete-max-percent', count: 3, limit: 2, managed: 5 }])
    expect(await sync('--delete-grace', '0ms', '--confirm-deletes', '2').ended).toBe(3)
    expect(emulator.state.configurations).toHaveLength(5)
    expect(await sync('--delete-grace', '0ms', '--confirm-deletes', '3').ended).toBe(0)
    expect(emulator.state.configurations).toHaveLength(2)
  })

  test('changes nothing at all where it knows none of what the lockfile names: another account, more likely', async () => {
    const { sync, emulator, lockfile } = await applied()
    const before = await lockfile()
    for (const { id } of emulator.state.configurations) await personAt(emulator).remove(id)
    const once = sync()
    expect(await once.ended).toBe(3)
    expect(once.told('guard.blocked')).toMatchObject([{ guard: 'unknown-ids', managed: 5 }])
    expect(emulator.state.configurations).toEqual([])
    expect(await lockfile()).toEqual(before)
  })

  test('takes no other word for a number', async () => {
    const { sync } = await applied()
    expect(await sync('--confirm-deletes', 'all').ended).toBe(64)
  })
})

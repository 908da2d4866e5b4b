import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openKept } from '../support/kept.ts'
import { oneKey, withKey, withoutKey } from '../support/own-key.ts'
import { personAt } from '../support/person.ts'
import { named, resyncs } from '../support/scene.ts'

const OFTEN = ['--resync-interval', '100ms']

const SYNC = ['--policy', 'sync', '--delete-max-percent', '100']
const SOON = [...SYNC, '--delete-grace', '300ms']

const UPDATE = 'PATCH /access-key-configurations/{id}'
const DELETE = 'DELETE /provider-keys/{id}'

async function oneEntry(...flags: readonly string[]) {
  const kept = await openKept()
  await kept.put('web.json', withKey('web', { $file: await kept.keep('web', 'sk-the-first-value-0123456789') }))
  const daemon = await kept.running(['web'], ...flags)
  const { id } = oneKey(kept.emulator, 'web')
  return { ...kept, daemon, id, made: kept.writes.length, person: personAt(kept.emulator) }
}

const rulesWith = (id: string) => [{ provider: 'openai', steps: [{ type: 'user', keys: [{ id }] }] }]

describe('a provider key that no entry declares any more', () => {
  test('is told, and stays, where the policy deletes nothing', async () => {
    const { daemon, put, id, emulator, writes, made, finish } = await oneEntry(...OFTEN)
    await put('web.json', withoutKey('web'))
    expect(await daemon.until('provider-key.orphaned')).toMatchObject({ id, name: 'web', stays: 'policy' })
    await resyncs(emulator, 3)
    await finish(daemon)
    expect(writes.slice(made)).toEqual([UPDATE])
    expect(daemon.told('provider-key.orphaned')).toHaveLength(1)
    expect(oneKey(emulator, 'web').id).toBe(id)
  })

  test('is deleted under sync after its grace, when the rule that used it is gone', async () => {
    const { daemon, put, folder, id, emulator, writes, made, finish, records } = await oneEntry(...SYNC)
    await put('web.json', withoutKey('web'))
    expect(await daemon.until('provider-key.orphaned')).toMatchObject({ id, name: 'web', stays: 'grace' })
    await writeFile(join(folder, 'aigw-sync.config.yaml'), 'deleteGrace: 100ms\n') // it has stayed long enough by now, or soon
    daemon.child.kill('SIGHUP')
    expect(await daemon.until('provider-key.deleted')).toMatchObject({ id, name: 'web', reason: 'not-declared' })
    expect(daemon.told('provider-key.orphaned').map(({ stays }) => stays)).toEqual(['grace'])
    await finish(daemon)
    expect(writes.slice(made)).toEqual([UPDATE, DELETE])
    expect(emulator.state.providerKeys).toEqual([])
    expect(await records()).toEqual({})
  })

  test('stays while a configuration of somebody else uses it, which is named, and goes with that', async () => {
    const { daemon, put, id, emulator, writes, made, finish, person } = await oneEntry(...SOON, ...OFTEN)
    const theirs = await person.create({ name: 'theirs', router: { rules: rulesWith(id) } })
    await put('web.json', withoutKey('web'))
    const stays = await daemon.until((line) => line.event === 'provider-key.orphaned' && line['stays'] === 'in-use')
    expect(stays).toMatchObject({ id, configurations: [theirs] })
    await resyncs(emulator, 4)
    expect(oneKey(emulator, 'web').id).toBe(id)
    await person.remove(theirs)
    expect(await daemon.until('provider-key.deleted')).toMatchObject({ id })
    await finish(daemon)
    expect(writes.slice(made).filter((each) => !each.includes('configurations'))).toEqual([DELETE])
    expect(emulator.state.configurations.map(({ name }) => name)).toEqual(['web'])
  })

  test('and that somebody begins to use as it is deleted stays, and goes once they do not', async () => {
    const { daemon, put, id, emulator, writes, finish, person } = await oneEntry(...SOON)
    let theirs = ''
    const stop = emulator.intercept({
      async before({ method, path }): Promise<'continue'> {
        if (method === 'DELETE' && path === `/provider-keys/${id}`) {
          stop()
          theirs = await person.create({ name: 'theirs', router: { rules: rulesWith(id) } })
        }
        return 'continue'
      },
    })
    await put('web.json', withoutKey('web'))
    await daemon.until((line) => line.event === 'provider-key.orphaned' && line['stays'] === 'in-use')
    daemon.child.kill('SIGHUP')
    const told = await daemon.until(({ configurations }) => Array.isArray(configurations))
    expect(told).toMatchObject({ event: 'provider-key.orphaned', id, stays: 'in-use', configurations: [theirs] })
    await person.remove(theirs)
    daemon.child.kill('SIGHUP')
    expect(await daemon.until('provider-key.deleted')).toMatchObject({ id })
    await finish(daemon)
    expect(writes.filter((each) => each === DELETE)).toHaveLength(2)
    expect(daemon.told('provider-key.failed')).toEqual([])
  })
})

test('entries that contradict each other about a key are both held as they are, until they agree', async () => {
  const { put, keep, running, finish, emulator, writes } = await openKept()
  const [one, other] = [await keep('one', 'sk-the-first-value-0123456789'), await keep('other', 'sk-another-value-0123456789')]
  for (const key of ['a', 'b']) await put(`${key}.json`, withKey('shared', { $file: one }))
  const daemon = await running(['a', 'b'], ...SOON, ...OFTEN)
  const [made, id] = [writes.length, oneKey(emulator, 'shared').id]
  await put('b.json', { ...withKey('shared', { $file: other }), description: 'new' })
  for (const key of ['a', 'b']) {
    const told = await daemon.until((line) => line.event === 'config.conflict' && line['key'] === key)
    expect(told).toMatchObject({ reason: 'provider-key-contradiction', sources: ['a.json', 'b.json'] })
  }
  await put('a.json', { ...withKey('shared', { $file: one }), description: 'new' })
  await put('c.json', named('c'))
  await daemon.until(({ event, key }) => event === 'config.created' && key === 'c')
  await resyncs(emulator, 4)
  expect(writes.slice(made)).toEqual(['POST /access-key-configurations'])
  await put('a.json', { ...withKey('shared', { $file: other }), description: 'new' })
  await daemon.until('provider-key.rotated')
  await daemon.until(() => daemon.told('config.updated').length === 2)
  await finish(daemon)
  expect(oneKey(emulator, 'shared')).toMatchObject({ id, value: 'sk-another-value-0123456789' })
})

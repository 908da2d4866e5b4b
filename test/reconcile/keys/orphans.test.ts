import { describe, expect, test, vi } from 'vitest'
import type { Entry } from '../../../src/model/entry.ts'
import type { GatewayError } from '../../../src/gateway/errors.ts'
import { LOST, REFUSED } from '../../support/fake-gateway.ts'
import { managing, PROD, referring } from '../../support/key-entries.ts'
import { entryOf, providerKeyOf } from '../../support/states.ts'
import { errAsync } from 'neverthrow'
import { keyScene, type KeyScene } from './scene.ts'

const web = managing('web')
const SYNC = { policy: 'sync', deleteMaxPercent: 100 } as const

/** `web` has made `prod`, and everything is at rest. */
async function settled(options: Parameters<typeof keyScene>[1] = SYNC, entries: Entry[] = [web]) {
  const it = keyScene(entries, options)
  await it.start()
  it.events.splice(0)
  it.gateway.asked.splice(0)
  return it
}

/** `web` declares no provider key any more. */
async function dropped(options?: Parameters<typeof keyScene>[1]) {
  const it = await settled(options)
  it.declare([entryOf('web')], 'web')
  await it.settle()
  return it
}

async function afterGrace(it: KeyScene): Promise<void> {
  await vi.advanceTimersByTimeAsync(31_000)
  await it.resync()
}

const ids = ({ gateway }: KeyScene) => gateway.storedKeys.map(({ id }) => id)
const stays = ({ told }: KeyScene) => told('provider-key.orphaned').map((event) => ('stays' in event ? event.stays : ''))

describe('a key that no entry declares any more', () => {
  test('is deleted under sync once its grace is over, after the rule that used it is gone', async () => {
    const it = await dropped()
    expect(ids(it)).toEqual(['aigpk_new1'])
    expect(stays(it)).toEqual(['grace'])
    await afterGrace(it)
    expect(ids(it)).toEqual([])
    expect(it.gateway.asked.findIndex((request) => request.startsWith('update aigac'))).toBeLessThan(
      it.gateway.asked.indexOf('remove-key aigpk_new1'),
    )
    expect(it.told('provider-key.deleted')).toMatchObject([
      { id: 'aigpk_new1', name: 'prod', reason: 'not-declared', attempt: 1 },
    ])
  })

  test('is spoken of once what refers to it is written, not before', async () => {
    const it = await settled()
    it.stage.entries = [entryOf('web')]
    await it.restart()
    expect(it.told('config.updated')).toHaveLength(1)
    expect(stays(it)).toEqual(['grace'])
  })

  test('is deleted after its entry, where that is gone as well', async () => {
    const it = await settled()
    it.declare([], 'web')
    await it.settle()
    await afterGrace(it)
    await afterGrace(it)
    expect(it.gateway.stored).toEqual([])
    expect(ids(it)).toEqual([])
    expect(it.asked('remove')).toEqual(['remove aigac_new1', 'remove-key aigpk_new1'])
  })

  test('stays within its grace, and where an entry declares it again by then', async () => {
    const it = await dropped()
    await vi.advanceTimersByTimeAsync(20_000)
    await it.resync()
    it.declare([web], 'web')
    await it.settle()
    await afterGrace(it)
    it.declare([entryOf('web')], 'web')
    await it.settle()
    await it.resync()
    expect(ids(it)).toEqual(['aigpk_new1'])
    expect(it.asked('remove-key')).toEqual([])
  })

  test('stays where another entry goes on declaring it', async () => {
    const it = await settled(SYNC, [web, managing('batch')])
    it.declare([entryOf('web'), managing('batch')], 'web')
    await it.settle()
    await afterGrace(it)
    expect(ids(it)).toEqual(['aigpk_new1'])
    expect(stays(it)).toEqual([])
  })

  test('stays under upsert-only, and that is told once', async () => {
    const it = await dropped({})
    for (let round = 0; round < 10; round++) await afterGrace(it)
    expect(ids(it)).toEqual(['aigpk_new1'])
    expect(stays(it)).toEqual(['policy'])
  })

  test('is neither told of nor deleted while a module does not load, nor while an entry is held', async () => {
    const it = await settled()
    it.stage.rest = { broken: ['x.ts'] }
    it.declare([entryOf('web')], 'web')
    await it.settle()
    await afterGrace(it)
    it.stage.rest = { held: [{ key: 'x', sources: ['x.ts', 'y.ts'], reason: 'duplicate-key' }] }
    await afterGrace(it)
    expect(ids(it)).toEqual(['aigpk_new1'])
    expect(stays(it)).toEqual(['unloaded'])
    it.stage.rest = {}
    await afterGrace(it)
    expect(ids(it)).toEqual([])
  })

  test('is left alone while the folder is not wholly known, and has its whole grace after that', async () => {
    const it = await settled()
    it.stage.rest = { complete: false }
    it.stage.entries = []
    await afterGrace(it)
    await afterGrace(it)
    expect(stays(it)).toEqual([])
    it.stage.rest = {}
    it.declare([entryOf('web')], 'web')
    await it.settle()
    await it.resync()
    expect(ids(it)).toEqual(['aigpk_new1'])
    expect(stays(it)).toEqual(['grace'])
  })

  test('was made while the last entry that declared it went away: it goes as well', async () => {
    const it = keyScene([web], SYNC)
    it.gateway.keyFates = [{ doneBut: LOST }]
    await it.reconciler.observe('backlog')
    it.reconciler.reconcile('backlog')
    await vi.advanceTimersByTimeAsync(0)
    it.declare([], 'web')
    await it.settle()
    await it.resync()
    expect(ids(it)).toEqual(['aigpk_new1'])
    await afterGrace(it)
    expect(ids(it)).toEqual([])
    expect(it.gateway.stored).toEqual([])
  })
})

describe('a cap', () => {
  const three = ['one', 'two', 'three'].map((name) => managing(name, PROD, name))

  test('lets none of many go, until a person confirms both configurations and keys', async () => {
    const it = await settled({ policy: 'sync', deleteMaxPercent: 30 }, three)
    it.declare([], 'one', 'two', 'three')
    await it.settle()
    await afterGrace(it)
    expect(it.told('guard.blocked')).toMatchObject([
      { guard: 'delete-max-percent', count: 3, limit: 1, confirm: 6 },
      { guard: 'key-delete-max-percent', count: 3, limit: 1, confirm: 6 },
    ])
    expect(it.reconciler.standing.guards).toBe(2)
    expect(it.reconciler.approveDeletions(3)).toBe(6)
    expect(ids(it)).toHaveLength(3)
    expect(it.reconciler.approveDeletions(6)).toBeUndefined()
    await afterGrace(it)
    await afterGrace(it)
    expect(it.gateway.stored).toEqual([])
    expect(ids(it)).toEqual([])
    expect(it.reconciler.standing.guards).toBe(0)
  })
})

describe('a key that the gateway does not let go', () => {
  const IN_USE_BY_OTHERS = referring('aigac_9', 'x', 'aigpk_new1')

  test('waits for the rule of somebody else that refers to it, and is told once', async () => {
    const it = await settled()
    it.gateway.unlisted.push({ ...IN_USE_BY_OTHERS, stamp: { owner: 'others', key: 'x', nonce: 'n' } })
    it.declare([entryOf('web')], 'web')
    await it.settle()
    for (let round = 0; round < 10; round++) await afterGrace(it)
    expect(ids(it)).toEqual(['aigpk_new1'])
    expect(stays(it)).toEqual(['grace', 'in-use'])
    expect(it.asked('remove-key').length).toBeLessThanOrEqual(10) // at a resync, not in between
    expect(it.reconciler.standing).toMatchObject({ failed: 0, retrying: 0 })
    it.gateway.unlisted.splice(0)
    await it.resync()
    expect(ids(it)).toEqual([])
  })

  test('is not asked for while a listed rule refers to it', async () => {
    const it = await settled()
    it.gateway.stored.push({ ...IN_USE_BY_OTHERS, stamp: { owner: 'others', key: 'x', nonce: 'n' } })
    it.declare([entryOf('web')], 'web')
    await it.settle()
    await afterGrace(it)
    expect(it.asked('remove-key')).toEqual([])
    expect(it.told('provider-key.orphaned').at(-1)).toMatchObject({ stays: 'in-use', configurations: ['aigac_9'] })
  })

  test('does not make a surplus one be asked for again and again', async () => {
    const it = await settled()
    const late = providerKeyOf('aigpk_late', { createdAt: '2026-03-01T00:00:00Z' })
    it.gateway.storedKeys.push(late)
    it.gateway.unlisted.push({ ...referring('aigac_9', 'x', 'aigpk_late'), stamp: { owner: 'others', key: 'x', nonce: 'n' } })
    await it.resync()
    expect(it.asked('remove-key')).toEqual(['remove-key aigpk_late'])
    expect(ids(it)).toEqual(['aigpk_new1', 'aigpk_late'])
  })
})

describe('a deletion', () => {
  test('whose outcome is unknown is looked at, and told once', async () => {
    const it = await dropped()
    it.gateway.keyFates = [{ doneBut: LOST }]
    await afterGrace(it)
    expect(it.asked('remove-key')).toHaveLength(1)
    expect(it.told('provider-key.deleted')).toMatchObject([{ attempt: 1 }])
    expect(it.told('provider-key.retrying')).toHaveLength(1)
  })

  test('that was not carried out is made again', async () => {
    const it = await dropped()
    it.gateway.keyFates = [LOST]
    await afterGrace(it)
    expect(it.asked('remove-key')).toHaveLength(2)
    expect(ids(it)).toEqual([])
  })

  test('that is refused for good is told once, and stays visible', async () => {
    const it = await dropped()
    it.gateway.keyFates = [REFUSED]
    for (let round = 0; round < 3; round++) await afterGrace(it)
    expect(it.told('provider-key.failed')).toMatchObject([{ id: 'aigpk_new1', permanent: true }])
    expect(it.told('provider-key.recovered')).toEqual([])
    expect(it.reconciler.standing).toMatchObject({ failed: 1 })
  })

  test('that a person made first is not told as ours', async () => {
    const it = await dropped()
    await vi.advanceTimersByTimeAsync(31_000)
    await it.reconciler.observe('resync')
    it.gateway.storedKeys.splice(0)
    it.reconciler.reconcile('resync')
    await it.settle()
    expect(it.told('provider-key.deleted')).toEqual([])
    expect(it.asked('remove-key')).toEqual([])
  })

  test('is not made of what another owner stamped since', async () => {
    const it = await dropped()
    await vi.advanceTimersByTimeAsync(31_000)
    await it.reconciler.observe('resync')
    const [key] = it.gateway.storedKeys
    it.gateway.storedKeys[0] = { ...key!, stamp: { owner: 'others', key: 'prod', nonce: 'n' }, updatedAt: '2026-03-01T00:00:00Z' }
    it.reconciler.reconcile('resync')
    await it.settle()
    expect(it.asked('remove-key')).toEqual([])
  })

  test('waits while the gateway cannot be asked', async () => {
    const it = await dropped()
    const unreachable: GatewayError = { type: 'unreachable', code: 'ECONNREFUSED', msg: 'connection refused' }
    const find = it.gateway.providerKeys.find.bind(it.gateway.providerKeys)
    it.gateway.providerKeys.find = () => errAsync(unreachable)
    await afterGrace(it)
    expect(it.asked('remove-key')).toEqual([])
    expect(it.told('provider-key.failed')).toMatchObject([{ permanent: false, errorCode: 'ECONNREFUSED' }])
    it.gateway.providerKeys.find = find
    await vi.advanceTimersByTimeAsync(10_000)
    await it.settle()
    expect(ids(it)).toEqual([])
    expect(it.reconciler.standing).toMatchObject({ failed: 0, retrying: 0 })
  })
})

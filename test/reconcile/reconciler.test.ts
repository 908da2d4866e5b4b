import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Entry } from '../../src/model/entry.ts'
import type { SyncEvent } from '../../src/model/events.ts'
import { Reconciler } from '../../src/reconcile/reconciler.ts'
import { BUSY, fakeGateway, LOST, REFUSED, UNAUTHORIZED } from '../support/fake-gateway.ts'
import { fakeStore } from '../support/fake-store.ts'
import { desiredOf, entryOf, observedOf, OWNER } from '../support/states.ts'

const web = entryOf('web')

beforeEach(() => {
  vi.useFakeTimers()
  return () => vi.useRealTimers()
})

/** A reconciler over a fake gateway and a fake lockfile. */
function stand(entries: Entry[] = [web], stored: Parameters<typeof fakeGateway>[0] = []) {
  const gateway = fakeGateway(stored)
  const store = fakeStore()
  const events: SyncEvent[] = []
  const stage = { entries, held: [] as Parameters<typeof desiredOf>[1] }
  const options = {
    gateway,
    store,
    owner: OWNER,
    retries: 3,
    persistent: true,
    desired: () => desiredOf(stage.entries, stage.held),
  }
  const reconciler = new Reconciler(options, (event) => events.push(event))
  running.push(reconciler)
  const start = async () => {
    await reconciler.observe('backlog')
    reconciler.reconcile('backlog')
    await settle()
  }
  /** Until nothing is under way, letting waits between attempts pass at once. */
  const settle = async () => {
    let idle = false
    void reconciler.idle().then(() => (idle = true))
    while (!idle) await vi.advanceTimersByTimeAsync(100)
  }
  const told = (name: SyncEvent['event']) => events.filter(({ event }) => event === name)
  return { gateway, store, stage, events, reconciler, start, settle, told }
}

const running: Reconciler[] = []
afterEach(() => {
  for (const reconciler of running.splice(0)) reconciler.stop()
})

describe('creating', () => {
  test('happens once for each entry, is recorded, and is told after that', async () => {
    const { gateway, store, start, told, reconciler } = stand([web, entryOf('batch')])
    await start()
    expect(gateway.asked).toEqual(['list', 'create batch', 'create web'])
    expect([...store.entries.keys()].toSorted()).toEqual(['batch', 'web'])
    expect(store.entries.get('web')).toMatchObject({ id: 'aigac_new2', source: 'web.ts', digest: web.digest, secrets: {} })
    expect(told('config.created')).toHaveLength(2)
    expect(reconciler.standing).toEqual({ created: 2, linked: 0, failed: 0, retrying: 0, conflicts: 0 })
  })

  test('waits for the first listing', () => {
    const { gateway, reconciler } = stand()
    reconciler.change(new Set(['web']))
    expect(gateway.asked).toEqual([])
  })

  test('does not list again for a fresh change', async () => {
    const { gateway, stage, reconciler, start, settle } = stand()
    await start()
    stage.entries = [web, entryOf('next')]
    reconciler.change(new Set(['next']))
    await settle()
    expect(gateway.asked).toEqual(['list', 'create web', 'create next'])
  })

  test('gives each attempt a nonce of its own, and records the one that counts', async () => {
    const { gateway, store, start } = stand()
    gateway.fates = [LOST]
    await start()
    const nonces = gateway.drafts.map(({ stamp }) => stamp.nonce)
    expect(new Set(nonces).size).toBe(2)
    expect(nonces.every((nonce) => /^[\w-]{22}$/.test(nonce))).toBe(true)
    expect(store.entries.get('web')?.nonce).toBe(nonces[1])
  })

  test('says when keys may reach everything', async () => {
    const { start, told } = stand([web, { ...entryOf('open'), configuration: { name: 'open' } }])
    await start()
    expect(told('config.unrestricted')).toEqual([{ event: 'config.unrestricted', key: 'open' }])
  })
})

describe('an unknown outcome', () => {
  test('is settled by a listing: what is there is not created again', async () => {
    const { gateway, store, start, told } = stand()
    gateway.fates = [{ doneBut: LOST }]
    await start()
    expect(gateway.asked).toEqual(['list', 'create web', 'list'])
    expect(gateway.stored).toHaveLength(1)
    expect(store.entries.get('web')?.digest).toBe(web.digest)
    expect(told('config.created')).toMatchObject([{ settled: true, attempt: 2 }])
  })

  test('is settled by a listing: what is not there is created then', async () => {
    const { gateway, start } = stand()
    gateway.fates = [LOST]
    await start()
    expect(gateway.asked).toEqual(['list', 'create web', 'list', 'create web'])
    expect(gateway.stored).toHaveLength(1)
  })

  test('stays open while the listing fails: nothing is sent before one succeeded', async () => {
    const { gateway, start, settle } = stand()
    gateway.fates = [{ doneBut: LOST }]
    const listing = gateway.list
    gateway.create = (
      (create) =>
      (...args: Parameters<typeof create>) => {
        gateway.listErrors = [BUSY, BUSY]
        return create(...args)
      }
    )(gateway.create)
    await start()
    expect(gateway.asked).toEqual(['list', 'create web', 'list'])
    await vi.advanceTimersByTimeAsync(60_000)
    await settle()
    expect(gateway.asked).toEqual(['list', 'create web', 'list', 'list', 'list'])
    expect(gateway.stored).toHaveLength(1)
    expect(gateway.list).toBe(listing)
  })

  test('of many entries is settled by few listings', async () => {
    const entries = Array.from({ length: 200 }, (_, index) => entryOf(`e${index}`))
    const { gateway, start } = stand(entries)
    gateway.fates = entries.map(() => ({ doneBut: LOST }))
    await start()
    expect(gateway.stored).toHaveLength(200)
    expect(gateway.asked.filter((request) => request === 'list').length).toBeLessThan(20)
  })

  test('that repeats itself is given up for a while, and taken up again', async () => {
    const { gateway, start, told, settle } = stand()
    gateway.fates = [LOST, LOST, LOST, LOST]
    await start()
    expect(told('config.retrying')).toHaveLength(3)
    expect(told('config.failed')).toMatchObject([{ key: 'web', permanent: false, errorCode: 'ECONNRESET' }])
    await vi.advanceTimersByTimeAsync(10_000)
    await settle()
    expect(gateway.stored).toHaveLength(1)
    expect(told('config.recovered')).toMatchObject([{ key: 'web' }])
  })
})

describe('a failing entry', () => {
  test('that is refused is asked for once, and not again until its file changes', async () => {
    const { gateway, stage, reconciler, start, settle, told } = stand()
    gateway.fates = [REFUSED]
    await start()
    await vi.advanceTimersByTimeAsync(3_600_000)
    reconciler.reconcile('resync')
    await settle()
    expect(gateway.asked).toEqual(['list', 'create web'])
    expect(told('config.failed')).toMatchObject([{ permanent: true, status: 422, errorCode: 'ERR_NGROK_27604' }])
    stage.entries = [entryOf('web', { name: 'mended' })]
    reconciler.change(new Set(['web']))
    await settle()
    expect(gateway.asked.slice(2)).toEqual(['create web'])
    expect(told('config.recovered')).toHaveLength(1)
  })

  test('does not hold up the others', async () => {
    const { gateway, start, store } = stand([web, entryOf('batch'), entryOf('zoo')])
    gateway.fates = [REFUSED]
    await start()
    expect([...store.entries.keys()]).toEqual(['web', 'zoo'])
  })

  test('waits longer each time, and is tried at once when its file changes', async () => {
    const { gateway, stage, reconciler, start, settle, told } = stand()
    gateway.fates = [BUSY, BUSY, BUSY, BUSY]
    await start()
    while (told('config.failed').length < 4) await vi.advanceTimersByTimeAsync(1_000)
    const delays = told('config.failed').map((event) => (event as { delayMs: number }).delayMs)
    for (const [index, delay] of delays.entries()) {
      expect(delay).toBeGreaterThanOrEqual(2_500 * 2 ** index)
      expect(delay).toBeLessThanOrEqual(5_000 * 2 ** index)
    }
    stage.entries = [entryOf('web', { name: 'edited' })]
    reconciler.change(new Set(['web']))
    await settle()
    expect(gateway.asked.filter((request) => request.startsWith('create'))).toHaveLength(5)
  })

  test('of a rejected token is tried again once the gateway lists', async () => {
    const { gateway, reconciler, start, settle } = stand()
    gateway.fates = [UNAUTHORIZED]
    await start()
    await reconciler.observe('resync')
    reconciler.reconcile('resync')
    await settle()
    expect(gateway.stored).toHaveLength(1)
  })

  test('without persistence is left at that', async () => {
    const gateway = fakeGateway()
    gateway.fates = [BUSY]
    const events: SyncEvent[] = []
    const options = { gateway, store: fakeStore(), owner: OWNER, retries: 0, persistent: false, desired: () => desiredOf([web]) }
    const reconciler = new Reconciler(options, (event) => events.push(event))
    await reconciler.observe('backlog')
    reconciler.reconcile('backlog')
    await reconciler.idle()
    expect(reconciler.standing).toMatchObject({ retrying: 1, failed: 0 })
    expect(events.at(-1)).not.toHaveProperty('delayMs')
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('the lockfile', () => {
  test('is begun anew from the stamps', async () => {
    const { gateway, store, start, told } = stand([web], [observedOf('aigac_1', web)])
    await start()
    expect(gateway.asked).toEqual(['list'])
    expect(store.entries.get('web')).toMatchObject({ id: 'aigac_1', nonce: 'nonce-of-aigac_1', digest: web.digest })
    expect(told('config.linked')).toHaveLength(1)
  })

  test('that cannot be written keeps a success from being told until it can', async () => {
    const { gateway, store, start, settle, told } = stand()
    store.full = true
    await start()
    expect(told('config.created')).toEqual([])
    expect(told('config.failed')).toMatchObject([{ errorCode: 'ENOSPC', permanent: false }])
    store.full = false
    await vi.advanceTimersByTimeAsync(10_000)
    await settle()
    expect(told('config.created')).toMatchObject([{ key: 'web', id: 'aigac_new1' }])
    expect(gateway.asked).toEqual(['list', 'create web'])
  })

  test('is believed over a listing that lags behind, until the id is asked for itself', async () => {
    const { gateway, store, start, told } = stand()
    store.entries.set('web', {
      id: 'aigac_1',
      name: 'web',
      source: 'web.ts',
      digest: web.digest,
      nonce: 'n',
      secrets: {},
      appliedAt: '',
      updatedAt: '',
    })
    const configuration = observedOf('aigac_1', web)
    gateway.find = (
      (find) =>
      (...args: Parameters<typeof find>) => {
        gateway.stored.push(configuration)
        return find(...args)
      }
    )(gateway.find)
    await start()
    expect(gateway.asked).toEqual(['list', 'find aigac_1'])
    expect(told('config.created')).toEqual([])
  })

  test('naming an id that is gone leads to a new configuration, said aloud', async () => {
    const { gateway, store, start, told } = stand()
    store.entries.set('web', {
      id: 'aigac_0',
      name: 'web',
      source: 'web.ts',
      digest: web.digest,
      nonce: 'n',
      secrets: {},
      appliedAt: '',
      updatedAt: '',
    })
    await start()
    expect(gateway.asked).toEqual(['list', 'find aigac_0', 'create web'])
    expect(told('config.missing')).toEqual([{ event: 'config.missing', key: 'web', id: 'aigac_0' }])
    expect(store.entries.get('web')?.id).toBe('aigac_new1')
  })
})

describe('what this version does not change', () => {
  test('is said once for as long as it stays so', async () => {
    const { stage, reconciler, start, told } = stand(
      [entryOf('web', { name: 'edited' })],
      [observedOf('aigac_1', web), observedOf('aigac_2', entryOf('gone'))],
    )
    await start()
    reconciler.reconcile('resync')
    reconciler.reconcile('resync')
    expect(told('config.outdated')).toEqual([{ event: 'config.outdated', key: 'web', id: 'aigac_1' }])
    expect(told('config.orphaned')).toEqual([{ event: 'config.orphaned', key: 'gone', id: 'aigac_2' }])
    stage.entries = [entryOf('web', { name: 'edited again' })]
    reconciler.change(new Set(['web']))
    expect(told('config.outdated')).toHaveLength(2)
  })

  test('stays alone when two modules declare one key', async () => {
    const { gateway, stage, reconciler, start } = stand([])
    stage.held = { held: [{ key: 'web', sources: ['web.json', 'web.ts'], reason: 'duplicate-key' }] }
    await start()
    expect(gateway.asked).toEqual(['list'])
    expect(reconciler.standing.conflicts).toBe(1)
  })
})

describe('a change while work is under way', () => {
  test('replaces what has not been sent', async () => {
    const { gateway, stage, reconciler, start, settle } = stand()
    let open = () => {}
    gateway.barrier = new Promise((resolve) => (open = resolve))
    const started = start()
    await vi.advanceTimersByTimeAsync(0)
    stage.entries = [entryOf('web', { name: 'second thought' })]
    reconciler.change(new Set(['web']))
    open()
    await started
    await settle()
    expect(gateway.stored.map(({ name }) => name)).toEqual(['second thought'])
  })

  test('of a file that is gone again sends nothing', async () => {
    const { gateway, stage, reconciler, start } = stand()
    let open = () => {}
    gateway.barrier = new Promise((resolve) => (open = resolve))
    const started = start()
    await vi.advanceTimersByTimeAsync(0)
    stage.entries = []
    reconciler.change(new Set(['web']))
    open()
    await started
    expect(gateway.stored).toEqual([])
  })
})

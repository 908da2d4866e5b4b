import { describe, expect, test, vi } from 'vitest'
import { BUSY, REFUSED, UNAUTHORIZED } from '../support/fake-gateway.ts'
import { stand, web } from '../support/stand.ts'
import { entryOf, observedOf, recordedOf } from '../support/states.ts'

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
    const { gateway, reconciler, events, start } = stand([web], [], false)
    gateway.fates = [BUSY]
    await start()
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
    store.entries.set('web', recordedOf(web, observedOf('aigac_1', web)))
    gateway.unlisted.push(observedOf('aigac_1', web))
    await start()
    expect(gateway.asked).toEqual(['list', 'find aigac_1'])
    expect(told('config.created')).toEqual([])
  })

  test('naming an id that is gone leads to a new configuration, said aloud', async () => {
    const { gateway, store, start, told } = stand()
    store.entries.set('web', recordedOf(web, observedOf('aigac_0', web)))
    await start()
    expect(gateway.asked).toEqual(['list', 'find aigac_0', 'create web'])
    expect(told('config.missing')).toEqual([{ event: 'config.missing', key: 'web', id: 'aigac_0' }])
    expect(store.entries.get('web')?.id).toBe('aigac_new1')
  })
})

describe('what is left alone', () => {
  test('is said once for as long as it stays so', async () => {
    const stored = [observedOf('aigac_1', web), observedOf('aigac_2', entryOf('gone', { name: 'x' }))]
    const { gateway, stage, reconciler, start, told } = stand([entryOf('web', { name: 'edited' })], stored, true, {
      policy: 'create-only',
    })
    await start()
    reconciler.reconcile('resync')
    reconciler.reconcile('resync')
    expect(told('config.outdated')).toEqual([{ event: 'config.outdated', key: 'web', id: 'aigac_1' }])
    expect(told('config.orphaned')).toEqual([{ event: 'config.orphaned', key: 'gone', id: 'aigac_2', stays: 'policy' }])
    stage.entries = [entryOf('web', { name: 'edited again' })]
    reconciler.change(new Set(['web']))
    expect(told('config.outdated')).toHaveLength(2)
    expect(gateway.asked).toEqual(['list'])
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
    const barrier = Promise.withResolvers<void>()
    gateway.barrier = barrier.promise
    const started = start()
    await vi.advanceTimersByTimeAsync(0)
    stage.entries = [entryOf('web', { name: 'second thought' })]
    reconciler.change(new Set(['web']))
    barrier.resolve()
    await started
    await settle()
    expect(gateway.stored.map(({ name }) => name)).toEqual(['second thought'])
  })

  test('of a file that is gone again sends nothing', async () => {
    const { gateway, stage, reconciler, start } = stand()
    const barrier = Promise.withResolvers<void>()
    gateway.barrier = barrier.promise
    const started = start()
    await vi.advanceTimersByTimeAsync(0)
    stage.entries = []
    reconciler.change(new Set(['web']))
    barrier.resolve()
    await started
    expect(gateway.stored).toEqual([])
  })
})

/** What changes while a provider key is being made, or was not known when it was last looked. */
import { describe, expect, test, vi } from 'vitest'
import { keyed, managing, PROD } from '../../support/key-entries.ts'
import { entryOf, providerKeyOf } from '../../support/states.ts'
import { keyScene, references } from './scene.ts'

const web = managing('web')

/** The key waits to be sent. */
async function waiting() {
  const it = keyScene([web])
  const { promise, resolve } = Promise.withResolvers<void>()
  it.gateway.barrier = promise
  await it.reconciler.observe('backlog')
  it.reconciler.reconcile('backlog')
  await vi.advanceTimersByTimeAsync(100)
  return { it, go: resolve }
}

describe('called back', () => {
  test('before it is sent, since the entry is gone, nothing is made', async () => {
    const { it, go } = await waiting()
    it.declare([], 'web')
    go()
    await it.settle()
    expect(it.gateway.storedKeys).toEqual([])
    expect(it.gateway.stored).toEqual([])
  })

  test('since the entry was edited, it is made once, for what is declared by then', async () => {
    const { it, go } = await waiting()
    it.declare([managing('web', PROD, 'next')], 'web')
    await vi.advanceTimersByTimeAsync(0)
    go()
    await it.settle()
    expect(it.gateway.storedKeys.map(({ name }) => name)).toEqual(['next'])
    expect(references(it.gateway)).toEqual({ web: ['aigpk_new1'] })
  })

  test('by one of two entries it is made for the other', async () => {
    const { it, go } = await waiting()
    it.declare([web, managing('batch')], 'batch')
    await vi.advanceTimersByTimeAsync(0)
    it.declare([managing('batch')], 'web')
    go()
    await it.settle()
    expect(it.gateway.storedKeys).toHaveLength(1)
    expect(references(it.gateway)).toEqual({ batch: ['aigpk_new1'] })
  })
})

describe('a key that is named and not managed', () => {
  const named = keyed('web', { name: 'dashboard' })

  test('is found although it was made after the last listing', async () => {
    const it = keyScene([entryOf('other')])
    await it.start()
    it.gateway.storedKeys.push(providerKeyOf('aigpk_7', { name: 'dashboard', stamp: null }))
    it.declare([entryOf('other'), named], 'web')
    await it.settle()
    expect(references(it.gateway)['web']).toEqual(['aigpk_7'])
    expect(it.told('config.failed')).toEqual([])
  })

  test('fails its entry where there is none, once, and mends itself with a resync', async () => {
    const it = keyScene([named])
    await it.start()
    await it.resync()
    expect(it.told('config.failed')).toMatchObject([{ key: 'web', reason: 'provider-key-unknown' }])
    it.gateway.storedKeys.push(providerKeyOf('aigpk_7', { name: 'dashboard', stamp: null }))
    await it.resync()
    expect(references(it.gateway)).toEqual({ web: ['aigpk_7'] })
    expect(it.told('config.recovered')).toMatchObject([{ key: 'web' }])
  })

  test('is never changed', async () => {
    const theirs = providerKeyOf('aigpk_7', { name: 'dashboard', stamp: null })
    const it = keyScene([named], { policy: 'sync', drift: 'correct-all', storedKeys: [theirs] })
    await it.start()
    it.declare([], 'web')
    await vi.advanceTimersByTimeAsync(60_000)
    await it.resync()
    expect(it.gateway.storedKeys).toEqual([theirs])
  })
})

test('somebody made one of that name since the last listing: no second is made', async () => {
  const it = keyScene([entryOf('other')])
  await it.start()
  await vi.advanceTimersByTimeAsync(60_000)
  it.gateway.storedKeys.push(providerKeyOf('aigpk_7', { stamp: null }))
  it.declare([entryOf('other'), web], 'web')
  await it.settle()
  expect(it.gateway.storedKeys).toHaveLength(1)
  expect(it.told('config.conflict')).toMatchObject([{ key: 'web', reason: 'provider-key-taken' }])
  expect(it.reconciler.standing).toMatchObject({ conflicts: 1, failed: 0 })
})

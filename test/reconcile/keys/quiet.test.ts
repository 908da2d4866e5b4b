/** What is asked and told where there is nothing to do. */
import { describe, expect, test } from 'vitest'
import { keyed, managing, OTHER_VALUE, PROD } from '../../support/key-entries.ts'
import { entryOf, providerKeyOf } from '../../support/states.ts'
import { keyScene, TOO_MANY } from './scene.ts'

const web = managing('web')

describe('requests', () => {
  test('of a quiet resync with managed keys are a listing of configurations and one of provider keys', async () => {
    const it = keyScene([web, managing('batch', PROD, 'batch')])
    await it.start()
    it.gateway.asked.splice(0)
    it.gateway.keyListings.splice(0)
    await it.resync()
    expect(it.gateway.asked).toEqual(['list'])
    expect(it.gateway.keyListings).toEqual(['list-keys'])
  })

  test('without any are one listing of provider keys for the whole life of a process', async () => {
    const it = keyScene([entryOf('web')], { storedKeys: [providerKeyOf('aigpk_7', { stamp: null })] })
    await it.start()
    for (let round = 0; round < 10; round++) await it.resync()
    expect(it.gateway.asked.filter((request) => request === 'list')).toHaveLength(11)
    expect(it.gateway.keyListings).toHaveLength(1)
  })

  test('go on where one of ours is left, since it is still to be looked after', async () => {
    const it = keyScene([entryOf('web')], { storedKeys: [providerKeyOf('aigpk_7')] })
    await it.start()
    await it.resync()
    expect(it.gateway.keyListings).toHaveLength(2)
  })

  test('to make many keys list them once', async () => {
    const it = keyScene([entryOf('other')])
    await it.start()
    it.gateway.keyListings.splice(0)
    const entries = Array.from({ length: 20 }, (_, index) => managing(`e${index}`, PROD, `k${index}`))
    it.declare([entryOf('other'), ...entries], ...entries.map(({ key }) => key))
    await it.settle()
    expect(it.gateway.storedKeys).toHaveLength(20)
    expect(it.gateway.keyListings.length).toBeLessThanOrEqual(1)
  })
})

describe('nothing is told twice in ten resyncs', () => {
  const contradicting = managing('batch', { $file: 'prod' })
  const scenes = {
    'where all is well': () => keyScene([web]),
    'of entries that contradict each other': () => keyScene([web, contradicting]),
    'of a key that is taken': () => keyScene([web], { storedKeys: [providerKeyOf('aigpk_7', { stamp: null })] }),
    'of a copy': () => {
      const copy = { stamp: { nonce: 'nonce-of-aigpk_7' } }
      return keyScene([web], { storedKeys: [providerKeyOf('aigpk_7'), providerKeyOf('aigpk_8', copy)] })
    },
    'of a key that is named and not there': () => keyScene([keyed('web', { name: 'dashboard' })]),
    'of a secret that is missing': () => keyScene([managing('web', { $env: 'NOT_SET' })]),
    'of a key of ours that is left': () => keyScene([], { storedKeys: [providerKeyOf('aigpk_7')] }),
    'of a refusal': () => {
      const it = keyScene([web])
      it.gateway.keyFates = [TOO_MANY]
      return it
    },
  }

  test.each(Object.keys(scenes))('%s', async (which) => {
    const it = scenes[which as keyof typeof scenes]()
    await it.start()
    const said = [...it.events]
    expect(said.length).toBeGreaterThan(1)
    it.events.splice(0)
    for (let round = 0; round < 10; round++) await it.resync()
    expect(it.events.filter(({ event }) => event !== 'plan.computed')).toEqual([])
  })
})

describe('how it stands', () => {
  test('counts a conflict of each entry, and no failure', async () => {
    const it = keyScene([web, managing('batch', { $file: 'prod' })])
    await it.start()
    expect(it.told('config.conflict')).toMatchObject([
      { key: 'batch', reason: 'provider-key-contradiction', sources: ['batch.ts', 'web.ts'] },
      { key: 'web', reason: 'provider-key-contradiction', sources: ['batch.ts', 'web.ts'] },
    ])
    expect(it.reconciler.standing).toMatchObject({ conflicts: 2, failed: 0 })
    expect(it.gateway.storedKeys).toEqual([])
    it.declare([web], 'batch', 'web')
    await it.settle()
    expect(it.reconciler.standing).toMatchObject({ conflicts: 0, failed: 0, created: 1 })
  })

  test('counts a name that nobody or several have as a failure', async () => {
    const twice = [providerKeyOf('aigpk_7', { stamp: null }), providerKeyOf('aigpk_8', { stamp: null })]
    const it = keyScene([keyed('web', { name: 'prod' }), keyed('batch', { name: 'none' })], { storedKeys: twice })
    await it.start()
    expect(it.told('config.failed')).toMatchObject([
      { key: 'batch', reason: 'provider-key-unknown' },
      { key: 'web', reason: 'provider-key-ambiguous' },
    ])
    expect(it.reconciler.standing).toMatchObject({ conflicts: 0, failed: 2 })
  })

  test('of what is applied once says what failed, and tries nothing again by itself', async () => {
    const it = keyScene([web], { persistent: false })
    await it.start()
    it.gateway.keyFates = Array.from({ length: 4 }, () => ({ type: 'lost', code: 'ECONNRESET', msg: 'closed' }) as const)
    await it.give(OTHER_VALUE)
    expect(it.reconciler.standing).toMatchObject({ retrying: 1, failed: 0 })
    expect(it.told('provider-key.failed').map((event) => 'delayMs' in event)).toEqual([false])
  })
})

import { ResultAsync } from 'neverthrow'
import { describe, expect, test, vi } from 'vitest'
import { BUSY, LOST } from '../../support/fake-gateway.ts'
import { keyed, managing, OTHER_VALUE, PROD, PROD_TEXT, VALUE } from '../../support/key-entries.ts'
import { entryOf, providerKeyOf } from '../../support/states.ts'
import { keyScene, recorded, references, TOO_MANY, vanish } from './scene.ts'

const many = Array.from({ length: 12 }, (_, index) => managing(`e${index}`))
const web = managing('web')

describe('making a provider key', () => {
  test('happens once for all the entries that declare it, and each refers to it', async () => {
    const it = keyScene(many)
    await it.start()
    expect(it.gateway.keyDrafts).toMatchObject([
      { provider: 'openai', name: 'prod', value: VALUE, stamp: { owner: 'platform', key: 'prod' } },
    ])
    expect(Object.values(references(it.gateway))).toEqual(many.map(() => ['aigpk_new1']))
    expect(it.told('provider-key.created')).toMatchObject([{ id: 'aigpk_new1', name: 'prod', provider: 'openai', attempt: 1 }])
    expect(it.reconciler.standing).toMatchObject({ created: 12, failed: 0, retrying: 0, conflicts: 0 })
  })

  test('comes before the entry that needs it, and writes down what was applied', async () => {
    const it = keyScene([web])
    await it.start()
    expect(it.gateway.asked).toEqual(['list', 'create-key prod', 'create web'])
    const [record = ''] = recorded(it)['web'] ?? []
    expect(record).toMatch(/^aigpk_new1:[\w-]{6}\.[\w-]{43}$/)
    expect(JSON.stringify([...it.store.entries])).not.toContain(VALUE)
  })

  test('happens for an entry that is there and declares it from now on', async () => {
    const it = keyScene([entryOf('web')])
    await it.start()
    it.declare([web], 'web')
    await it.settle()
    expect(references(it.gateway)).toEqual({ web: ['aigpk_new1'] })
    expect(it.gateway.storedKeys).toHaveLength(1)
  })

  test('does not happen where create-only leaves the entry as it is', async () => {
    const it = keyScene([entryOf('web')], { policy: 'create-only' })
    await it.start()
    it.declare([web], 'web')
    await it.settle()
    expect(it.gateway.storedKeys).toEqual([])
  })

  test('does not happen twice for an entry with two rules that use it', async () => {
    const value = PROD
    const it = keyScene([keyed('web', { name: 'prod', value }, { name: 'prod', value })])
    await it.start()
    expect(it.gateway.keyDrafts).toHaveLength(1)
    expect(references(it.gateway)).toEqual({ web: ['aigpk_new1', 'aigpk_new1'] })
  })
})

describe('an unknown outcome', () => {
  test('is settled by a listing: what is there is not made again', async () => {
    const it = keyScene(many)
    it.gateway.keyFates = [{ doneBut: LOST }]
    await it.start()
    expect(it.asked('create-key')).toHaveLength(1)
    expect(it.gateway.storedKeys).toHaveLength(1)
    expect(it.told('provider-key.created')).toMatchObject([{ settled: true, attempt: 2 }])
    expect(new Set(Object.values(recorded(it)).flat()).size).toBe(1)
  })

  test('is settled by a listing: what is not there is made then, with a nonce of its own', async () => {
    const it = keyScene(many)
    it.gateway.keyFates = [LOST]
    await it.start()
    expect(it.asked('create-key')).toHaveLength(2)
    expect(it.gateway.storedKeys).toHaveLength(1)
    expect(new Set(it.gateway.keyDrafts.map(({ stamp }) => stamp.nonce)).size).toBe(2)
    expect(it.told('provider-key.retrying')).toMatchObject([{ name: 'prod', attempt: 1, errorCode: 'ECONNRESET' }])
  })

  test('stays open while the listing fails: nothing is sent before one succeeded', async () => {
    const it = keyScene([web])
    it.gateway.keyFates = [{ doneBut: LOST }]
    it.gateway.keyListErrors = [undefined, BUSY, BUSY]
    await it.start()
    expect(it.told('config.failed')).toMatchObject([{ key: 'web', permanent: false }])
    await vi.advanceTimersByTimeAsync(60_000)
    await it.settle()
    expect(it.asked('create-key')).toHaveLength(1)
    expect(references(it.gateway)).toEqual({ web: ['aigpk_new1'] })
    expect(it.told('config.recovered')).toMatchObject([{ key: 'web' }])
  })

  test('of a key that changes its value meanwhile is settled by its nonce, and rotated', async () => {
    const it = keyScene([web])
    it.gateway.keyFates = [{ doneBut: LOST }]
    await it.reconciler.observe('backlog')
    it.reconciler.reconcile('backlog')
    await vi.advanceTimersByTimeAsync(0)
    expect(it.gateway.storedKeys).toHaveLength(1)
    await it.give(OTHER_VALUE)
    expect(it.gateway.storedKeys).toHaveLength(1)
    expect(it.gateway.keyValues.get('aigpk_new1')).toBe(OTHER_VALUE)
    expect(it.told('provider-key.rotated')).toMatchObject([{ reason: 'edited' }])
  })

  test('that leaves two is one again: the one that a rule refers to stays', async () => {
    const lost = providerKeyOf('aigpk_late')
    const it = keyScene([web])
    await it.start()
    it.gateway.storedKeys.unshift({ ...lost, createdAt: '2025-01-01T00:00:00Z', updatedAt: '2025-01-01T00:00:00Z' })
    await it.resync()
    expect(it.gateway.storedKeys.map(({ id }) => id)).toEqual(['aigpk_new1'])
    expect(it.told('provider-key.deleted')).toMatchObject([{ id: 'aigpk_late', reason: 'surplus' }])
  })

  test('that leaves two keeps both while what refers to one is on its way', async () => {
    const it = keyScene([web])
    const { promise, resolve } = Promise.withResolvers<void>()
    const create = it.gateway.create.bind(it.gateway)
    it.gateway.create = (...given) => new ResultAsync(promise.then(() => create(...given)))
    await it.reconciler.observe('backlog')
    it.reconciler.reconcile('backlog')
    await vi.advanceTimersByTimeAsync(0)
    expect(it.gateway.storedKeys).toHaveLength(1)
    it.gateway.storedKeys.unshift(providerKeyOf('aigpk_late', { createdAt: '2025-01-01T00:00:00Z' }))
    await it.reconciler.observe('resync')
    it.reconciler.reconcile('resync')
    await vi.advanceTimersByTimeAsync(1_000)
    expect(it.asked('remove-key')).toEqual([])
    resolve()
    await it.settle()
    await it.resync()
    expect(it.gateway.storedKeys).toHaveLength(1)
    expect(references(it.gateway)).toEqual({ web: it.gateway.storedKeys.map(({ id }) => id) })
  })
})

describe('a listing that lags', () => {
  test('does not make a second of what is known by its id', async () => {
    const it = keyScene([web])
    await it.start()
    const [made] = it.gateway.storedKeys
    it.gateway.unlistedKeys.push(...it.gateway.storedKeys.splice(0))
    await it.resync()
    it.declare([web, managing('next')], 'next')
    await it.settle()
    expect(it.asked('create-key')).toHaveLength(1)
    expect(references(it.gateway)['next']).toEqual([made?.id])
  })

  test('does not make a second of what only the lockfile knows', async () => {
    const it = keyScene([web])
    await it.start()
    it.gateway.unlistedKeys.push(...it.gateway.storedKeys.splice(0))
    await it.restart()
    expect(it.asked('create-key')).toHaveLength(1)
    expect(it.asked('find-key')).toEqual(['find-key aigpk_new1'])
    expect(it.told('drift.detected')).toEqual([])
  })

  test('makes another where it is gone indeed, once it was asked for', async () => {
    const it = keyScene([web])
    await it.start()
    it.gateway.stored.splice(0)
    it.gateway.storedKeys.splice(0)
    await it.resync()
    await it.resync()
    expect(it.asked('find-key')).toEqual(['find-key aigpk_new1'])
    expect(it.asked('create-key')).toHaveLength(2)
  })
})

describe('a refusal for good', () => {
  test('fails each entry by itself, and is tried again when its file changes', async () => {
    const it = keyScene([web, managing('batch'), entryOf('other')])
    it.gateway.keyFates = [TOO_MANY, TOO_MANY]
    await it.start()
    expect(it.gateway.stored.map(({ name }) => name)).toEqual(['other'])
    expect(it.told('config.failed')).toMatchObject([
      { key: 'batch', permanent: true, errorCode: 'ERR_NGROK_27506' },
      { key: 'web', permanent: true, errorCode: 'ERR_NGROK_27506' },
    ])
    expect(it.reconciler.standing).toMatchObject({ created: 1, failed: 2 })
    await it.resync()
    expect(it.asked('create-key')).toHaveLength(2)
    it.declare([web, managing('batch'), entryOf('other')], 'web')
    await it.settle()
    expect(it.asked('create-key')).toHaveLength(3)
  })

  test('is over for all of them once one of them was made', async () => {
    const it = keyScene([web, managing('batch')])
    it.gateway.keyFates = [TOO_MANY, TOO_MANY]
    await it.start()
    it.declare([web, managing('batch')], 'web')
    await it.settle()
    expect(references(it.gateway)).toEqual({ web: ['aigpk_new1'], batch: ['aigpk_new1'] })
    expect(it.told('config.recovered').map((event) => 'key' in event && event.key)).toEqual(
      expect.arrayContaining(['batch', 'web']) as string[],
    )
    expect(it.reconciler.standing).toMatchObject({ failed: 0, retrying: 0 })
  })
})

test('a failure for the time being backs off, each entry by itself, and is taken up again', async () => {
  const it = keyScene([web])
  it.gateway.keyFates = [LOST, LOST, LOST, LOST]
  await it.start()
  expect(it.told('provider-key.retrying')).toHaveLength(3)
  expect(it.told('config.failed')).toMatchObject([{ key: 'web', permanent: false, errorCode: 'ECONNRESET' }])
  expect(it.reconciler.standing).toMatchObject({ failed: 0, retrying: 1 })
  await vi.advanceTimersByTimeAsync(1_000)
  expect(it.asked('create-key')).toHaveLength(4)
  await vi.advanceTimersByTimeAsync(10_000)
  await it.settle()
  expect(it.gateway.storedKeys).toHaveLength(1)
  expect(it.told('config.recovered')).toMatchObject([{ key: 'web' }])
})

describe('a process that dies', () => {
  test('after the key is made and before its entry is: the next finds it by its stamp', async () => {
    const it = keyScene([web])
    it.gateway.fates = [LOST, LOST, LOST, LOST]
    await it.start()
    expect(it.gateway.storedKeys).toHaveLength(1)
    expect(it.store.entries.size).toBe(0)
    await it.restart()
    expect(it.asked('create-key')).toHaveLength(1)
    expect(it.asked('rotate-key')).toEqual([])
    expect(recorded(it)['web']).toMatchObject([expect.stringMatching(/^aigpk_new1:/)])
  })

  test('with its lockfile: the next makes no second, and gives it the value where that is another by then', async () => {
    const it = keyScene([web])
    await it.start()
    it.store.entries.clear()
    it.secrets.values.set(PROD_TEXT, OTHER_VALUE)
    await it.restart()
    expect(it.gateway.storedKeys).toHaveLength(1)
    expect(it.told('provider-key.rotated')).toMatchObject([{ reason: 'found' }])
    expect(it.gateway.keyValues.get('aigpk_new1')).toBe(OTHER_VALUE)
  })
})

describe('a secret', () => {
  test('that is missing fails its entry alone, naming the place, and mends itself with a resync', async () => {
    const it = keyScene([web, entryOf('other')])
    it.secrets.values.clear()
    await it.start()
    expect(it.told('config.failed')).toMatchObject([{ key: 'web', permanent: true, reason: 'secret-missing' }])
    expect(JSON.stringify(it.told('config.failed'))).toContain('PROD')
    expect(it.gateway.stored.map(({ name }) => name)).toEqual(['other'])
    it.secrets.values.set(PROD_TEXT, VALUE)
    await it.resync()
    expect(references(it.gateway)['web']).toEqual(['aigpk_new1'])
    expect(it.told('config.recovered')).toMatchObject([{ key: 'web' }])
  })

  test('that vanishes between the plan and its use fails the entry, and nothing is made', async () => {
    const it = keyScene([web])
    const putBack = vanish(it)
    await it.start()
    expect(it.gateway.storedKeys).toEqual([])
    expect(it.told('config.failed')).toMatchObject([{ key: 'web', reason: 'secret-missing' }])
    putBack()
    await it.give(VALUE)
    expect(references(it.gateway)).toEqual({ web: ['aigpk_new1'] })
  })
})

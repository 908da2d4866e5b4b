import { okAsync, ResultAsync } from 'neverthrow'
import { describe, expect, test, vi } from 'vitest'
import type { Entry } from '../../src/model/entry.ts'
import { LOST } from '../support/fake-gateway.ts'
import { stand, web } from '../support/stand.ts'
import { entryOf, observedOf, recordedOf } from '../support/states.ts'

const wider = entryOf('web', { access: { models: { allow: ['openai/gpt-4o', 'openai/gpt-5'] } } })

/** `web` is applied as `aigac_1`, and nothing is to do. */
async function settled(stored = observedOf('aigac_1', web)) {
  const scene = stand([web], [stored])
  scene.store.entries.set('web', recordedOf(web, observedOf('aigac_1', web)))
  await scene.start()
  const declare = (entries: Entry[], ...keys: string[]) => {
    scene.stage.entries = entries
    scene.reconciler.change(new Set(keys))
  }
  const resync = async () => {
    await scene.reconciler.observe('resync')
    scene.reconciler.reconcile('resync')
    await scene.settle()
  }
  return { ...scene, declare, resync }
}

/** An entry's content under another key. */
function moved(key: string, entry = web): Entry {
  return { ...entry, key, source: `${key}.ts` }
}

/** The next listing shows what is there now, and ends when it is released. */
function slowListing({ gateway }: Awaited<ReturnType<typeof settled>>) {
  const list = gateway.list.bind(gateway)
  const release = Promise.withResolvers<void>()
  gateway.list = () => {
    const page = gateway.stored.slice()
    gateway.list = list
    return new ResultAsync(release.promise.then(() => okAsync(page)))
  }
  return release
}

function allowed({ gateway }: Awaited<ReturnType<typeof settled>>): unknown {
  return gateway.stored.map(({ access }) => access?.models?.allow)
}

describe('a change whose answer was lost, followed by another before that is settled', () => {
  test('that takes it back ends as it was', async () => {
    const it = await settled()
    it.gateway.fates = [{ doneBut: LOST }]
    it.declare([wider], 'web')
    await vi.advanceTimersByTimeAsync(0)
    it.declare([web], 'web')
    await it.settle()
    expect(allowed(it)).toEqual([['openai/gpt-4o']])
  })

  test('that edits what was moved makes no second configuration', async () => {
    const it = await settled()
    it.gateway.fates = [{ doneBut: LOST }]
    it.declare([moved('next')], 'web', 'next')
    await vi.advanceTimersByTimeAsync(0)
    it.declare([moved('next', entryOf('web', { name: 'edited' }))], 'next')
    await it.settle()
    await it.resync()
    expect(it.gateway.stored).toMatchObject([{ id: 'aigac_1', name: 'edited', stamp: { key: 'next' } }])
    expect(it.told('config.conflict')).toEqual([])
  })

  test('that moves it back ends under the old key', async () => {
    const it = await settled()
    it.gateway.fates = [{ doneBut: LOST }]
    it.declare([moved('next')], 'web', 'next')
    await vi.advanceTimersByTimeAsync(0)
    it.declare([web], 'web', 'next')
    await it.settle()
    await it.resync()
    it.declare([wider], 'web')
    await it.settle()
    expect(it.gateway.stored).toMatchObject([{ id: 'aigac_1', stamp: { key: 'web' } }])
    expect(allowed(it)).toEqual([['openai/gpt-4o', 'openai/gpt-5']])
    expect([...it.store.entries.keys()]).toEqual(['web'])
    expect(it.told('config.conflict')).toEqual([])
  })
})

test('a stamp that names a key which is gone is ours to put right', async () => {
  const { gateway, told } = await settled(observedOf('aigac_1', web, { key: 'gone' }))
  expect(gateway.stored).toMatchObject([{ id: 'aigac_1', stamp: { key: 'web' } }])
  expect(told('config.conflict')).toEqual([])
})

describe('a listing under way while we write', () => {
  test('does not hide an update: what is taken back is taken back', async () => {
    const it = await settled()
    const listing = slowListing(it)
    const looking = it.reconciler.observe('resync')
    await vi.advanceTimersByTimeAsync(0)
    it.declare([wider], 'web')
    await it.settle()
    listing.resolve()
    await looking
    it.declare([web], 'web')
    await it.settle()
    expect(allowed(it)).toEqual([['openai/gpt-4o']])
  })

  test('does not hide a move', async () => {
    const it = await settled()
    const listing = slowListing(it)
    const looking = it.reconciler.observe('resync')
    await vi.advanceTimersByTimeAsync(0)
    it.declare([moved('next')], 'web', 'next')
    await it.settle()
    listing.resolve()
    await looking
    it.reconciler.reconcile('resync')
    await it.settle()
    expect(it.told('config.conflict')).toEqual([])
    expect(it.told('config.orphaned')).toEqual([])
  })
})

describe('a move', () => {
  test('that has not left goes on with an edit that comes meanwhile', async () => {
    const it = await settled()
    const find = it.gateway.find.bind(it.gateway)
    const asked = Promise.withResolvers<void>()
    it.gateway.find = (id) => new ResultAsync(asked.promise.then(() => find(id)))
    it.declare([moved('next')], 'web', 'next')
    await vi.advanceTimersByTimeAsync(0)
    it.declare([moved('next', entryOf('web', { name: 'edited' }))], 'next')
    asked.resolve()
    await it.settle()
    expect(it.gateway.stored).toMatchObject([{ id: 'aigac_1', name: 'edited', stamp: { key: 'next' } }])
  })

  test('of an entry that is just being created waits for that', async () => {
    const it = stand([])
    await it.start()
    const create = it.gateway.create.bind(it.gateway)
    const sent = Promise.withResolvers<void>()
    it.gateway.barrier = sent.promise
    it.gateway.create = (draft, { key }) => create(draft, { key }) // it has left: no signal calls it back
    it.stage.entries = [web]
    it.reconciler.change(new Set(['web']))
    await vi.advanceTimersByTimeAsync(0)
    it.stage.entries = [moved('next')]
    it.reconciler.change(new Set(['web', 'next']))
    sent.resolve()
    await it.settle()
    expect(it.gateway.stored).toMatchObject([{ id: 'aigac_new1', stamp: { key: 'next' } }])
    expect([...it.store.entries.keys()]).toEqual(['next'])
  })
})

test('what a person closed stays closed when only the lockfile has something to learn', async () => {
  const closed = observedOf('aigac_1', entryOf('web', { access: { models: { allow: [] } } }))
  const it = await settled(closed)
  it.declare([{ ...web, protect: true }], 'web')
  await it.settle()
  await it.resync()
  expect(allowed(it)).toEqual([[]])
  expect(it.store.entries.get('web')).toMatchObject({ protect: true, digest: web.digest })
})

test('an edit while the lockfile cannot be written is carried out once it can', async () => {
  const it = stand()
  it.store.full = true
  await it.start()
  it.stage.entries = [wider]
  it.reconciler.change(new Set(['web']))
  await it.settle()
  it.store.full = false
  await vi.advanceTimersByTimeAsync(60_000)
  await it.settle()
  expect(it.gateway.stored.map(({ access }) => access?.models?.allow)).toEqual([['openai/gpt-4o', 'openai/gpt-5']])
})

/** What the model of `model/` brought to light, each in the fewest steps. */
import { ResultAsync } from 'neverthrow'
import { describe, expect, test, vi } from 'vitest'
import type { Entry } from '../../src/model/entry.ts'
import type { ObservedConfiguration } from '../../src/model/observed.ts'
import { LOST } from '../support/fake-gateway.ts'
import { stand, web } from '../support/stand.ts'
import { entryOf, observedOf, touched, recordedOf } from '../support/states.ts'

const allowing = (...models: string[]) => entryOf('web', { access: { models: { allow: models } } })
const wider = allowing('openai/gpt-4o', 'openai/gpt-5')
const closed = allowing()

type Stand = ReturnType<typeof stand>
type Options = Parameters<typeof stand>[3]

/** `web` is applied as `aigac_1`, where the gateway has what is given. */
function applied(entries: Entry[], stored: ObservedConfiguration[] = [observedOf('aigac_1', web)], options: Options = {}) {
  const scene = stand(entries, stored, true, options)
  scene.store.entries.set('web', recordedOf(web, observedOf('aigac_1', web)))
  return scene
}

async function resync({ reconciler, settle }: Stand): Promise<void> {
  await reconciler.observe('resync')
  reconciler.reconcile('resync')
  await settle()
}

function declare({ stage, reconciler }: Stand, entries: Entry[], ...keys: string[]): void {
  stage.entries = entries
  reconciler.change(new Set(keys))
}

/** A person changes the only configuration. */
function change({ gateway }: Stand, to: typeof web): void {
  const [present] = gateway.stored
  if (present) gateway.stored[0] = touched(present, to)
}

function named(key: string, entry = web): typeof web {
  return { ...entry, key, source: `${key}.ts` }
}

/** Looks by id wait until they are let go. */
function slowLooks({ gateway }: Stand): () => void {
  const find = gateway.find.bind(gateway)
  const { promise, resolve } = Promise.withResolvers<void>()
  gateway.find = (id) => new ResultAsync(promise.then(() => find(id)))
  return resolve
}

/** `web` moves to `next`, and waits for its look. */
async function moving() {
  const it = applied([web])
  await it.start()
  const look = slowLooks(it)
  declare(it, [named('next')], 'web', 'next')
  await vi.advanceTimersByTimeAsync(0)
  return { it, look }
}

function allowed({ gateway }: Stand): unknown {
  return gateway.stored.map(({ access }) => access?.models?.allow)
}

test('two entries that want to adopt one configuration are in conflict, and it stays as it is', async () => {
  const nobodys = observedOf('aigac_1', web, null)
  const it = stand(
    [
      { ...web, adopt: 'aigac_1' },
      { ...named('next'), adopt: 'aigac_1' },
    ],
    [nobodys],
  )
  await it.start()
  expect(it.gateway.stored).toEqual([nobodys])
  expect(it.told('config.conflict')).toMatchObject([
    { key: 'next', reason: 'claimed-by-other' },
    { key: 'web', reason: 'claimed-by-other' },
  ])
})

describe('a move', () => {
  test('whose old key is declared again before it has left leaves it its configuration', async () => {
    const { it, look } = await moving()
    declare(it, [web, named('next')], 'web')
    look()
    await it.settle()
    expect(it.gateway.stored).toMatchObject([
      { id: 'aigac_1', stamp: { key: 'web' } },
      { id: 'aigac_new1', stamp: { key: 'next' } },
    ])
  })

  test('to a key that two modules declare by then is not made', async () => {
    const { it, look } = await moving()
    it.stage.held = { held: [{ key: 'next', sources: ['a.ts', 'b.ts'], reason: 'duplicate-key' }] }
    declare(it, [], 'next')
    look()
    await it.settle()
    expect(it.gateway.stored).toMatchObject([{ id: 'aigac_1', stamp: { key: 'web' } }])
  })

  test('of what a person closed does not hide that it is closed', async () => {
    const it = applied([web])
    await it.start()
    change(it, closed)
    declare(it, [named('next')], 'web', 'next')
    await it.settle()
    await resync(it)
    expect(allowed(it)).toEqual([[]])
    expect(it.told('drift.detected')).toMatchObject([{ key: 'next', action: 'hold' }])
  })

  test('of what the gateway says otherwise than it was sent is no drift', async () => {
    const it = applied([web], [observedOf('aigac_1', entryOf('web', { description: 'as the gateway says it' }))], {
      drift: 'report',
    })
    await it.start()
    declare(it, [named('next')], 'web', 'next')
    await it.settle()
    await resync(it)
    expect(it.told('drift.detected')).toEqual([])
  })

  test('that was carried out and not written down goes on with a later edit', async () => {
    const it = applied([named('next', wider)], [touched(observedOf('aigac_1', web, { key: 'next' }), web)])
    await it.start()
    expect(allowed(it)).toEqual([['openai/gpt-4o', 'openai/gpt-5']])
    expect(it.told('config.updated')).toMatchObject([{ reason: 'edited' }])
  })

  test('of a lost attempt with an older declaration makes it what is declared', async () => {
    const it = stand([{ ...named('next', wider), renamedFrom: 'web' }], [observedOf('aigac_1', web)])
    await it.start()
    expect(it.gateway.stored).toMatchObject([{ id: 'aigac_1', stamp: { key: 'next' } }])
    expect(allowed(it)).toEqual([['openai/gpt-4o', 'openai/gpt-5']])
  })

  test('does not overlap with another of the same configuration', async () => {
    const { it, look } = await moving()
    it.stage.held = { held: [{ key: 'next', sources: ['a.ts', 'b.ts'], reason: 'duplicate-key' }] }
    declare(it, [named('third')], 'next', 'third')
    await vi.advanceTimersByTimeAsync(0)
    expect(it.reconciler.inFlight).toBe(1)
    look()
    await it.settle()
  })
})

test('a lost attempt with an older declaration is no drift, also where drift is only reported', async () => {
  const it = stand([web], [observedOf('aigac_1', wider)], true, { drift: 'report' })
  await it.start()
  expect(allowed(it)).toEqual([['openai/gpt-4o']])
})

test('what a person changes between our look and our write is drift', async () => {
  const it = applied([{ ...wider }])
  const update = it.gateway.update.bind(it.gateway)
  it.gateway.update = (...args) => {
    change(it, entryOf('web', { name: 'by hand' }))
    it.gateway.update = update
    return update(...args)
  }
  await it.start()
  await resync(it)
  expect(it.told('drift.detected')).toMatchObject([{ fields: ['name'], action: 'correct' }])
  expect(it.gateway.stored).toMatchObject([{ name: 'web' }])
})

test('a correction whose outcome stays unknown does not open what a person closes then', async () => {
  const it = applied([web])
  await it.start()
  change(it, wider)
  it.gateway.fates = [LOST, LOST, LOST, LOST]
  await resync(it)
  expect(it.told('config.failed')).toHaveLength(1)
  change(it, closed)
  await vi.advanceTimersByTimeAsync(60_000)
  await it.settle()
  expect(allowed(it)).toEqual([[]])
})

test('a create that is found after a person closed it does not hide that it is closed', async () => {
  const it = stand()
  it.gateway.fates = [{ doneBut: LOST }]
  const list = it.gateway.list.bind(it.gateway)
  await it.reconciler.observe('backlog')
  it.gateway.list = () => {
    change(it, closed)
    return list()
  }
  it.reconciler.reconcile('backlog')
  await it.settle()
  await resync(it)
  expect(allowed(it)).toEqual([[]])
  expect(it.told('drift.detected')).toMatchObject([{ key: 'web', action: 'hold' }])
})

test("what has lost its stamp since the listing, and is not in the lockfile, is nobody's", async () => {
  const it = stand([web], [observedOf('aigac_1', wider)])
  const nobodys = observedOf('aigac_1', wider, null)
  await it.reconciler.observe('backlog')
  it.gateway.stored[0] = nobodys
  it.reconciler.reconcile('backlog')
  await it.settle()
  expect(it.gateway.stored).toMatchObject([nobodys, { id: 'aigac_new1', stamp: { key: 'web' } }])
})

test('what may have moved into a module that does not load is not deleted', async () => {
  const it = applied([], [observedOf('aigac_1', web)], { policy: 'sync', deleteMaxPercent: 100 })
  it.stage.held = { broken: ['moved.ts'] }
  await it.start()
  await vi.advanceTimersByTimeAsync(60_000)
  await resync(it)
  expect(it.told('config.orphaned')).toMatchObject([{ key: 'web', stays: 'unloaded' }])
  it.stage.held = {}
  await resync(it)
  expect(it.told('config.deleted')).toMatchObject([{ key: 'web', reason: 'not-declared' }])
})

test('a stamp that names another entry by hand makes nothing of either rubbish', async () => {
  const next = named('next')
  const stored = [observedOf('aigac_1', web), observedOf('aigac_2', next, { key: 'web' })]
  const it = applied([web, next], stored)
  it.store.entries.set('next', recordedOf(next, observedOf('aigac_2', next)))
  await it.start()
  expect(it.gateway.stored).toEqual(stored)
  expect(it.told('config.conflict')).toMatchObject([{ key: 'next' }, { key: 'web', reason: 'duplicate-configuration' }])
})

test('a module that thinks better of adopting, while what it wanted is looked at, leaves it alone', async () => {
  const it = stand([{ ...web, adopt: 'aigac_1' }], [observedOf('aigac_1', named('other'), null)])
  const go = slowLooks(it)
  await it.reconciler.observe('backlog')
  it.reconciler.reconcile('backlog')
  it.stage.entries = [web]
  go()
  await it.settle()
  expect(it.gateway.stored.find(({ id }) => id === 'aigac_1')?.stamp).toBeUndefined()
})

test('what comes back for a moment has a whole grace again, whatever is under way meanwhile', async () => {
  const it = applied([named('next')], undefined, { policy: 'sync', deleteMaxPercent: 100 })
  it.stage.entries = [web]
  await it.start()
  const go = slowLooks(it)
  declare(it, [named('next')], 'web', 'next') // a move, which waits for its look
  await vi.advanceTimersByTimeAsync(29_000)
  declare(it, [web], 'web', 'next') // and is taken back
  it.stage.held = { held: [{ key: 'next', sources: ['next.ts', 'other.ts'], reason: 'duplicate-key' }] }
  declare(it, [], 'web', 'next')
  go()
  await it.settle()
  await vi.advanceTimersByTimeAsync(2_000)
  await resync(it)
  expect(it.told('config.deleted')).toEqual([])
  await vi.advanceTimersByTimeAsync(30_000)
  await resync(it)
  expect(it.told('config.deleted')).toHaveLength(1)
})

test('what comes with a folder that was not wholly known is no edit: what a person closed stays closed', async () => {
  const it = stand([], [touched(observedOf('aigac_1', web), closed)])
  it.stage.held = { complete: false }
  await it.start()
  it.stage.held = {}
  declare(it, [web], 'web')
  await it.settle()
  expect(allowed(it)).toEqual([[]])
  expect(it.told('drift.detected')).toMatchObject([{ key: 'web', reason: 'found', action: 'hold' }])
})

test('a move that was carried out and not written down, and moved on with an edit, is an edit', async () => {
  const it = stand(
    [{ ...named('last', wider), renamedFrom: 'next' }],
    [{ ...observedOf('aigac_1', named('next')), updatedAt: '2026-02-01T00:00:00Z' }],
  )
  it.store.entries.set('web', recordedOf(web, observedOf('aigac_1', web)))
  await it.start()
  expect(allowed(it)).toEqual([['openai/gpt-4o', 'openai/gpt-5']])
  expect(it.told('drift.detected')).toEqual([])
})

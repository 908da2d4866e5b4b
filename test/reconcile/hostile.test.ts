/** What a gateway that mixes things up, or loses track of time, must not make us do. */
import { describe, expect, test, vi } from 'vitest'
import type { GatewayError } from '../../src/gateway/errors.ts'
import { LONGEST_LAG_MS } from '../../src/reconcile/later.ts'
import type { FakeGateway } from '../support/fake-gateway.ts'
import { stand, web } from '../support/stand.ts'
import { entryOf, observedOf, recordedOf } from '../support/states.ts'

const MALFORMED: GatewayError = { type: 'malformed', status: 200, msg: 'the answer is not valid JSON' }

/** The next create is done, and answered as if it had made what has another id. */
function answerWith(gateway: FakeGateway, id: string): void {
  const create = gateway.create.bind(gateway)
  gateway.create = (draft, options) => {
    gateway.create = create
    return create(draft, options).map(({ configuration, attempt }) => ({ configuration: { ...configuration, id }, attempt }))
  }
}

/** A look at the gateway, and what follows from it. */
async function resync({ reconciler, settle }: ReturnType<typeof stand>): Promise<void> {
  await reconciler.observe('resync')
  reconciler.reconcile('resync')
  await settle()
}

describe('a create that is answered with the id of something else', () => {
  test('takes no record away, and is settled by a listing', async () => {
    const batch = entryOf('batch')
    const { gateway, store, start, told } = stand([web, batch], [observedOf('aigac_1', web)])
    store.entries.set('web', recordedOf(web, observedOf('aigac_1', web)))
    answerWith(gateway, 'aigac_1')
    await start()
    expect(gateway.asked).toEqual(['list', 'create batch', 'list'])
    expect([...store.entries].map(([key, { id }]) => `${key} ${id}`).toSorted()).toEqual(['batch aigac_new1', 'web aigac_1'])
    expect(told('config.created')).toMatchObject([{ key: 'batch', id: 'aigac_new1', settled: true }])
    expect(told('config.retrying')).toMatchObject([{ key: 'batch', msg: 'the answer to a create has the id of something else' }])
  })

  test('is not made twice, whoever has that id', async () => {
    const { gateway, store, start } = stand([web], [observedOf('aigac_1', web, null)])
    answerWith(gateway, 'aigac_1')
    await start()
    expect(gateway.stored.filter(({ stamp }) => stamp?.key === 'web')).toHaveLength(1)
    expect(store.entries.get('web')?.id).toBe('aigac_new1')
  })
})

describe('a listing that is refused', () => {
  test('changes nothing of what is known, and leads to nothing', async () => {
    const gone = observedOf('aigac_2', entryOf('gone'))
    const { gateway, store, stage, reconciler, start, settle } = stand([web], [observedOf('aigac_1', web), gone], true, {
      policy: 'sync',
      deleteGrace: 0,
      deleteMaxPercent: 100,
    })
    store.entries.set('web', recordedOf(web, observedOf('aigac_1', web)))
    store.entries.set('gone', recordedOf(entryOf('gone'), gone))
    stage.entries = [web, entryOf('gone')]
    await start()
    const [before, asked] = [JSON.stringify([...store.entries]), gateway.asked.length]
    stage.entries = [web]
    gateway.listErrors = [MALFORMED, MALFORMED, MALFORMED]
    const listed = await reconciler.observe('resync')
    expect(listed.isErr()).toBe(true)
    expect(JSON.stringify([...store.entries])).toBe(before)
    expect(gateway.asked.slice(asked)).toEqual(['list'])
    expect(gateway.stored).toHaveLength(2)
    await settle()
  })
})

describe('a look from the future', () => {
  const future = { ...observedOf('aigac_1', web), updatedAt: '2099-01-01T00:00:00Z' }
  const changed = { ...observedOf('aigac_1', entryOf('web', { name: 'changed' })), lastUpdatedBy: 'usr_2' }

  test('hides what becomes of a configuration for no longer than a listing may lag', async () => {
    const scene = stand([web], [future])
    const { gateway, store, start, told } = scene
    store.entries.set('web', recordedOf(web, observedOf('aigac_1', web)))
    await start()
    gateway.stored[0] = { ...changed, updatedAt: '2026-08-01T00:00:00Z' }
    await resync(scene)
    await vi.advanceTimersByTimeAsync(LONGEST_LAG_MS / 2)
    await resync(scene)
    expect(told('drift.detected')).toEqual([])
    await vi.advanceTimersByTimeAsync(LONGEST_LAG_MS / 2)
    await resync(scene)
    expect(told('drift.detected')).toMatchObject([{ key: 'web', fields: ['name'] }])
    expect(gateway.stored[0]?.name).toBe('web')
  })

  test.each(['', 'yesterday', '1785542400', '2026-08-01 00:00:00+02', '-271821-04-20T00:00:00.000Z'])(
    'or a time that reads %j is no reason to write what nobody changed',
    async (time) => {
      const odd = { ...observedOf('aigac_1', web), createdAt: time, updatedAt: time }
      const scene = stand([web], [odd])
      scene.store.entries.set('web', recordedOf(web, observedOf('aigac_1', web)))
      await scene.start()
      await resync(scene)
      expect(scene.gateway.asked.filter((asked) => asked !== 'list')).toEqual([])
    },
  )
})

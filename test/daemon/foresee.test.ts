import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { forecast } from '../../src/plan/work.ts'
import { applied, doneOf, type SmallWorld, told, worlds, writesOf } from '../support/small-world.ts'
import { SEED } from '../reconcile/model/harness.ts'
import { desiredOf, entryOf, observedOf, rulesOf, recordedOf } from '../support/states.ts'

/** Whether one that an access key refers to is not alone under its key. */
function isUsedTwin({ used, listed }: SmallWorld): boolean {
  const keys = listed.map(({ stamp }) => stamp?.key)
  return listed.some(({ id, stamp }) => used.includes(id) && keys.indexOf(stamp?.key) !== keys.lastIndexOf(stamp?.key))
}

const isWriteRequest = (request: string) => /^(?:create|update|remove) /.test(request)
const isLookup = (request: string) => request.startsWith('find ')

describe('what is foretold', () => {
  test('is what applying does: the same kinds, keys, ids and fields', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async (world) => {
        const { plan, gateway: looked, isCapMoved } = await told(world)
        fc.pre(!isCapMoved) // what is in use counts for a cap until something is to be deleted, and that is asked
        fc.pre(!looked.asked.some(isLookup)) // with doubtful ids, what one look finds may change the plan of another key that is under way
        const { events, gateway, conflicts } = await applied(world)
        const writes = plan.changes.flatMap(writesOf)
        expect(events.flatMap(doneOf).toSorted()).toEqual(writes.toSorted())
        expect(gateway.asked.filter(isWriteRequest)).toHaveLength(writes.length)
        expect(plan.changes.filter(({ kind }) => kind === 'conflict')).toHaveLength(conflicts)
      }),
      { numRuns: 1_000, seed: SEED },
    )
  })

  test('takes as many requests as are forecast', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async (world) => {
        const { plan, gateway: looked, isCapMoved } = await told(world)
        fc.pre(!isCapMoved)
        fc.pre(!looked.asked.some(isLookup)) // which of several doubtful ids is asked for first depends on how long each takes
        fc.pre(!isUsedTwin(world)) // that another one is the surplus is found out by a request of its own
        const { gateway } = await applied(world)
        expect(forecast(plan, looked.asked.length, 'off').requests).toBe(gateway.asked.length)
      }),
      { numRuns: 500, seed: SEED },
    )
  })

  test('is found out by reading alone', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async (world) => {
        const { gateway } = await told(world)
        expect(gateway.asked.filter(isWriteRequest)).toEqual([])
        expect(gateway.asked).toEqual([...new Set(gateway.asked)])
      }),
      { numRuns: 500, seed: SEED },
    )
  })
})

describe('an id that the listing does not show', () => {
  const web = entryOf('web', { name: 'new name' })
  const recorded = observedOf('aigac_1', entryOf('web'))
  const lock = new Map([['web', recordedOf(entryOf('web'), recorded)]])
  const world = { desired: desiredOf([web]), rules: rulesOf({}), lock, listed: [], used: [] } as const

  test('is asked for, and what is there after all is planned as it is', async () => {
    const { gateway, plan } = await told({ ...world, unlisted: [recorded] })
    expect(gateway.asked).toEqual(['list', 'find aigac_1'])
    expect(plan.changes).toMatchObject([{ kind: 'update', key: 'web', id: 'aigac_1', fields: ['name'] }])
  })

  test('and that is gone indeed is said to be created again', async () => {
    const { plan } = await told({ ...world, unlisted: [] })
    expect(plan.changes).toMatchObject([{ kind: 'create', key: 'web', missing: 'aigac_1' }])
  })
})

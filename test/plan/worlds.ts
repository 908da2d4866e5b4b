/** Random small worlds in which folder, lockfile and gateway agree more or less. */
import fc from 'fast-check'
import type { Configuration } from '../../src/model/configuration.ts'
import type { Entry } from '../../src/model/entry.ts'
import type { ObservedConfiguration } from '../../src/model/observed.ts'
import type { World } from '../../src/plan/world.ts'
import { APPLIED_AT, desiredOf, entryOf, observedOf, OWNER, worldOf } from '../support/states.ts'

export const KEYS = ['a', 'b', 'c/d', 'c/d#x', '__proto__', 'constructor'] as const

const IDS = Array.from({ length: 7 }, (_, index) => `aigac_${index}`)

const key = fc.constantFrom(...KEYS)
const id = fc.constantFrom(...IDS)
const source = fc.constantFrom('m.ts', 'n.ts', 'o.ts')
const sometimes = fc.nat(4).map((number) => number === 0)
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 2 })

/** The standard content, less, more and other than it, and the same reach under another name. */
const content: fc.Arbitrary<Partial<Configuration>> = fc.constantFrom<Partial<Configuration>>(
  { name: 'one' },
  { name: 'one' },
  { name: 'two' },
  { name: 'one', access: { models: { allow: [] } } },
  { name: 'one', access: {} },
  { name: 'one', access: { models: { allow: ['openai/gpt-5'] } } },
)

const entry: fc.Arbitrary<Entry> = fc
  .record({ key, content, source, protect: sometimes, renamedFrom: maybe(key), adopt: maybe(id), isPlain: fc.boolean() })
  .map(({ key: name, content: fields, source: module, protect, renamedFrom, adopt, isPlain }): Entry => {
    const says = { ...(renamedFrom !== undefined && { renamedFrom }), ...(adopt !== undefined && { adopt }) }
    return Object.assign(entryOf(name, fields), { source: module, protect }, isPlain ? {} : says)
  })

const time = fc.constantFrom(APPLIED_AT, APPLIED_AT, '2025-12-01T00:00:00Z', '2026-02-01T00:00:00Z', 'no time')

const present: fc.Arbitrary<ObservedConfiguration> = fc
  .record({
    id,
    key,
    content,
    stamp: fc.constantFrom('ours', 'ours', 'ours', 'ours', 'theirs', 'none'),
    nonce: maybe(fc.constant('copied')),
    createdAt: time,
    updatedAt: time,
  })
  .map(({ id: own, key: name, content: fields, stamp, nonce, createdAt, updatedAt }) => {
    const mark = { owner: stamp === 'ours' ? OWNER : 'other', ...(nonce !== undefined && { nonce }) }
    return Object.assign(observedOf(own, entryOf(name, fields), stamp === 'none' ? null : mark), { createdAt, updatedAt })
  })

const record = fc.record({ key, content, source, protect: sometimes, updatedAt: time, own: fc.nat(2), any: id })
type RecordOf = typeof record extends fc.Arbitrary<infer Each> ? Each : never

/** Most records name a configuration under their key. As in every lockfile that can be read, an id stands under one key only. */
function lockOf(records: readonly RecordOf[], observed: readonly ObservedConfiguration[]) {
  const taken = new Set<string>()
  return Object.fromEntries(
    records.map(({ key: name, content: fields, source: module, protect, updatedAt, own, any }) => {
      const same = observed.find(({ stamp }) => stamp?.key === name)?.id
      const wanted = own === 0 ? any : (same ?? any)
      const mine = taken.has(wanted) ? `aigac_gone_${name}` : wanted
      taken.add(mine)
      const { digest } = entryOf(name, fields)
      return [name, { id: mine, source: module, digest, updatedAt, ...(protect && { protect }) }]
    }),
  )
}

const has = (keys: readonly string[]) => (name: string) => keys.includes(name)

export const worlds: fc.Arbitrary<World> = fc
  .record({
    entries: fc.uniqueArray(entry, { selector: (each) => each.key, maxLength: 4 }),
    held: maybe(key),
    broken: fc.subarray(['n.ts'], { minLength: 0 }),
    complete: fc.nat(5).map((number) => number > 0),
    observed: fc.uniqueArray(present, { selector: (each) => each.id, maxLength: IDS.length }),
    records: fc.uniqueArray(record, { selector: (each) => each.key, maxLength: KEYS.length }),
    used: fc.subarray(IDS, { maxLength: 2 }),
    rules: fc.record({
      policy: fc.constantFrom('create-only', 'upsert-only', 'sync', 'sync', 'sync'),
      drift: fc.constantFrom('report', 'correct', 'correct-all'),
      deleteMax: fc.constantFrom(0, 1, 2, 10),
      deleteMaxPercent: fc.constantFrom(0, 10, 30, 50, 100),
    }),
    ripe: fc.subarray([...KEYS], { minLength: 3 }),
    fresh: fc.subarray([...KEYS], { maxLength: 2 }),
    approved: fc.subarray([...KEYS], { maxLength: 2 }),
  })
  .map(({ entries, held, broken, complete, observed, records, used, rules, ripe, fresh, approved }) => {
    const holds = held === undefined ? [] : [{ key: held, sources: ['x.ts', 'y.ts'], reason: 'duplicate-key' } as const]
    const declared = entries.filter((each) => each.key !== held)
    return worldOf({
      desired: desiredOf(declared, { held: holds, broken, complete }),
      applied: lockOf(records, observed),
      observed,
      users: new Map(used.map((each) => [each, [{ id: `aigk_of_${each}` }]])),
      rules,
      history: { isRipe: has(ripe), isFresh: has(fresh), isApproved: has(approved) },
    })
  })

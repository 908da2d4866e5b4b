/** What may happen, one thing at a time. */
import * as fc from 'fast-check'
import type { Rules } from '../../../../src/plan/world.ts'
import type { Fate } from '../../model/fates.ts'
import type { Place } from './declared.ts'

export type Command =
  | { readonly do: 'put'; readonly entry: string; readonly keys: readonly Place[] }
  | { readonly do: 'remove' | 'break' | 'mend'; readonly entry: string }
  | { readonly do: 'hide' | 'show' }
  /** @param which of `VALUES`, or none. `isTold`: not only a resync finds it. */
  | { readonly do: 'secret'; readonly place: string; readonly which?: number; readonly isTold: boolean }
  | { readonly do: 'human'; readonly what: HumanAct; readonly nth: number; readonly choice: number }
  | { readonly do: 'run'; readonly steps: number }
  | { readonly do: 'settle' | 'resync' | 'overtake' | 'start' }
  | { readonly do: 'pass'; readonly seconds: number }
  /** The grace, and the resync after it. */
  | { readonly do: 'outlast' }
  | { readonly do: 'fates'; readonly fates: readonly Fate[] }
  | { readonly do: 'full'; readonly writes: readonly boolean[] }
  | { readonly do: 'crash'; readonly isCarriedOut: boolean }
  | { readonly do: 'lose'; readonly isCarriedOut: boolean }
  | { readonly do: 'restore'; readonly age: number }

const HUMAN_ACTS = [
  ...(['swap', 'swap', 'swap', 'rename', 'unstamp', 'renonce', 'reown', 'rekey', 'copy', 'delete'] as const),
  ...(['namesake', 'use', 'release'] as const),
]
export type HumanAct = (typeof HUMAN_ACTS)[number]

const entry = fc.constantFrom('a.ts', 'b.ts', 'c.ts')
const nth = fc.nat(5)

/** Now and then another secret than the rest says. */
const place: fc.Arbitrary<Place> = fc.constantFrom(
  { name: 'one', place: 'A' },
  { name: 'one', place: 'A' },
  { name: 'one', place: 'A' },
  { name: 'two', place: 'B' },
  { name: 'two', place: 'B' },
  { name: 'one', place: 'B' },
)

const fate = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Fate>('done') },
  { weight: 8, arbitrary: fc.constantFrom<Fate>('lost', 'done-but-lost', 'failed', 'done-but-failed', 'unreachable', 'busy') },
  { weight: 2, arbitrary: fc.constantFrom<Fate>('refused', 'unauthorized') },
  { weight: 6, arbitrary: fc.nat(12).map((late): Fate => ({ late: late + 1 })) },
)

/** Any, or the same again and again. */
const fates = fc.oneof(
  { weight: 2, arbitrary: fc.array(fate, { minLength: 1, maxLength: 6 }) },
  { weight: 1, arbitrary: fate.map((same): Fate[] => [same, same, same, same]) },
)

const record = <Fields extends object>(fields: { [Name in keyof Fields]: fc.Arbitrary<Fields[Name]> }) => fc.record(fields)
const is = <Name extends string>(name: Name) => fc.constant(name)

const secret = fc.record(
  { do: is('secret'), place: fc.constantFrom('A', 'A', 'B'), which: fc.nat(3), isTold: fc.boolean() },
  { requiredKeys: ['do', 'place', 'isTold'] },
)

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 14, arbitrary: record({ do: is('put'), entry, keys: fc.array(place, { maxLength: 2 }) }) },
  { weight: 4, arbitrary: record({ do: fc.constantFrom('remove', 'remove', 'break', 'mend'), entry }) },
  { weight: 1, arbitrary: record({ do: fc.constantFrom('hide', 'show') }) },
  { weight: 9, arbitrary: secret },
  { weight: 9, arbitrary: record({ do: is('human'), what: fc.constantFrom(...HUMAN_ACTS), nth, choice: nth }) },
  { weight: 24, arbitrary: record({ do: is('run'), steps: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 16, arbitrary: record({ do: fc.constantFrom('settle', 'settle', 'resync', 'resync', 'start', 'overtake') }) },
  { weight: 3, arbitrary: record({ do: is('pass'), seconds: fc.constantFrom(1, 15, 40, 400) }) },
  { weight: 3, arbitrary: record({ do: is('outlast') }) },
  { weight: 9, arbitrary: record({ do: is('fates'), fates }) },
  { weight: 1, arbitrary: record({ do: is('full'), writes: fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }) }) },
  { weight: 6, arbitrary: record({ do: is('crash'), isCarriedOut: fc.boolean() }) },
  { weight: 1, arbitrary: record({ do: is('lose'), isCarriedOut: fc.boolean() }) },
  { weight: 1, arbitrary: record({ do: is('restore'), age: fc.integer({ min: 1, max: 4 }) }) },
)

export const commands = fc.array(command, { minLength: 1, maxLength: 30, size: 'max' })

export const rules: fc.Arbitrary<Partial<Rules>> = record({
  policy: fc.constantFrom('upsert-only', 'upsert-only', 'sync', 'sync', 'sync', 'create-only'),
  drift: fc.constantFrom('correct', 'correct', 'correct', 'report', 'correct-all'),
  deleteMax: fc.constantFrom(10, 1),
  deleteMaxPercent: fc.constantFrom(100, 30),
})

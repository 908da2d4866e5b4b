/** What may happen, one thing at a time. */
import * as fc from 'fast-check'
import { CONTENTS } from './contents.ts'
import type { Fate } from './fates.ts'
import type { Setting } from './sim.ts'

const PATHS = ['a.ts', 'b.ts', 'c.ts', 'd.ts']

export type Command =
  | { readonly do: 'put'; readonly path: string; readonly key?: string; readonly content: number; readonly protect?: boolean }
  /** A module that wants the nth configuration nobody owns. */
  | { readonly do: 'adopt'; readonly path: string; readonly nth: number; readonly content: number }
  | { readonly do: 'remove' | 'break' | 'mend'; readonly path: string }
  | { readonly do: 'rename'; readonly from: string; readonly to: string; readonly isSaid: boolean; readonly content?: number }
  | { readonly do: 'rekey'; readonly path: string; readonly key: string }
  | { readonly do: 'hide' | 'show' }
  | { readonly do: 'human'; readonly what: HumanAct; readonly nth: number; readonly choice: number }
  | { readonly do: 'run'; readonly steps: number }
  | { readonly do: 'settle' | 'resync' | 'overtake' | 'start' }
  | { readonly do: 'pass'; readonly seconds: number }
  /** The grace, and the resync after it. */
  | { readonly do: 'outlast' }
  /** Starts anew while something cannot be read, and outlasts that. */
  | { readonly do: 'restart'; readonly without: 'the folder' | 'a module'; readonly path: string }
  | { readonly do: 'fates'; readonly fates: readonly Fate[] }
  | { readonly do: 'full'; readonly writes: readonly boolean[] }
  | { readonly do: 'crash'; readonly isCarriedOut: boolean }
  | { readonly do: 'lose'; readonly isCarriedOut: boolean }
  | { readonly do: 'restore'; readonly age: number }
  | { readonly do: 'second' | 'end-second' }

const HUMAN_ACTS = [
  ...(['access', 'access', 'access', 'router', 'rename', 'metadata', 'unstamp', 'rekey', 'reown', 'copy', 'delete'] as const),
  ...(['create', 'attach', 'detach'] as const),
]
export type HumanAct = (typeof HUMAN_ACTS)[number]

const path = fc.constantFrom(...PATHS)
const content = fc.nat(CONTENTS.length - 1)
const nth = fc.nat(7)

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

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record(
      { do: is('put'), path, key: fc.constantFrom('a', 'e', 'f'), content, protect: fc.boolean() },
      { requiredKeys: ['do', 'path', 'content'] },
    ),
  },
  { weight: 12, arbitrary: record({ do: is('put'), path, content }) },
  { weight: 2, arbitrary: record({ do: is('adopt'), path, nth, content }) },
  { weight: 6, arbitrary: record({ do: fc.constantFrom('remove', 'remove', 'break', 'mend'), path }) },
  {
    weight: 5,
    arbitrary: fc.record(
      { do: is('rename'), from: path, to: path, isSaid: fc.boolean(), content },
      { requiredKeys: ['do', 'from', 'to', 'isSaid'] },
    ),
  },
  { weight: 2, arbitrary: record({ do: is('rekey'), path, key: fc.constantFrom('e', 'f') }) },
  { weight: 1, arbitrary: record({ do: fc.constantFrom('hide', 'show') }) },
  { weight: 14, arbitrary: record({ do: is('human'), what: fc.constantFrom(...HUMAN_ACTS), nth, choice: nth }) },
  { weight: 16, arbitrary: record({ do: is('run'), steps: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 16, arbitrary: record({ do: fc.constantFrom('settle', 'settle', 'resync', 'resync', 'start', 'overtake') }) },
  { weight: 4, arbitrary: record({ do: is('pass'), seconds: fc.constantFrom(1, 15, 40, 400) }) },
  { weight: 3, arbitrary: record({ do: is('outlast') }) },
  { weight: 2, arbitrary: record({ do: is('restart'), without: fc.constantFrom('the folder', 'a module'), path }) },
  { weight: 8, arbitrary: record({ do: is('fates'), fates }) },
  { weight: 2, arbitrary: record({ do: is('full'), writes: fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }) }) },
  { weight: 6, arbitrary: record({ do: is('crash'), isCarriedOut: fc.boolean() }) },
  { weight: 1, arbitrary: record({ do: is('lose'), isCarriedOut: fc.boolean() }) },
  { weight: 1, arbitrary: record({ do: is('restore'), age: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 1, arbitrary: record({ do: fc.constantFrom('second', 'end-second') }) },
)

export const commands = fc.array(command, { minLength: 1, maxLength: 30, size: 'max' })

export const setting: fc.Arbitrary<Setting> = record({
  rules: record({
    policy: fc.constantFrom('upsert-only', 'upsert-only', 'sync', 'sync', 'sync', 'create-only'),
    drift: fc.constantFrom('correct', 'correct', 'correct', 'report', 'correct-all'),
    deleteMax: fc.constantFrom(10, 1),
    deleteMaxPercent: fc.constantFrom(100, 30),
  }),
  spelling: fc.constantFrom('verbatim', 'normal', 'trimmed'),
})

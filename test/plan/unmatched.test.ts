import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import type { Entry } from '../../src/model/entry.ts'
import { TracedMap } from '../../src/model/traced-map.ts'
import { survey } from '../../src/plan/guards.ts'
import { planKeys } from '../../src/plan/plan.ts'
import type { Applied, World } from '../../src/plan/world.ts'
import { ObservedIndex } from '../../src/reconcile/observed-index.ts'
import { Registry } from '../../src/source/registry.ts'
import { entryOf, observedOf, OWNER, worldOf } from '../support/states.ts'
import { worlds } from './worlds.ts'

/** The states of a running process, which come to be as those of other worlds are, one after another and bit by bit. */
class Process {
  registry = new Registry()
  readonly applied = new TracedMap<Applied>()
  readonly observed = new ObservedIndex(OWNER)
  rules = worldOf({}).rules

  get world(): World {
    return { ...worldOf({ rules: this.rules }), desired: this.registry.desired, applied: this.applied, observed: this.observed }
  }

  /** The same, of which nobody can tell what came and went. */
  get untraced(): World {
    return { ...this.world, applied: new Map(this.applied) }
  }

  take(step: Step): void {
    const { does, world, part } = step
    const some = <Value>(values: Iterable<Value>): readonly Value[] => [...values].filter((_, index) => part[index % part.length])
    if (does === 'read anew') this.registry = new Registry()
    this.rules = world.rules
    this.registry.setComplete(world.desired.complete)
    if (does !== 'write') this.#declare(some(world.desired.entries.values()), world)
    if (does === 'list') this.observed.replace(some(presentIn(world)), new Map())
    if (does === 'write') for (const each of some(presentIn(world))) this.observed.add(each)
    if (does === 'write') for (const id of some(IDS)) this.observed.lacks(id)
    if (does === 'declare') return
    for (const [key, record] of some(world.applied)) this.#record(key, record)
    for (const key of some(this.applied.keys())) if (!world.applied.has(key)) this.applied.delete(key)
  }

  /** More comes and goes than anybody remembers. */
  rush(): void {
    const [applied = { key: '', record: undefined }] = [...this.applied].map(([key, record]) => ({ key, record }))
    for (let times = 0; applied.record && times < 1_000; times++) {
      this.applied.delete(applied.key)
      this.applied.set(applied.key, applied.record)
    }
  }

  /** Each file gets what is declared for it; a key that is held is declared twice. */
  #declare(entries: readonly Entry[], { desired }: World): void {
    const held = [...desired.held.keys()].map((key) => entryOf(key))
    const all = [...entries, ...held]
    for (const file of ['m.ts', 'n.ts', 'o.ts']) {
      this.registry.declare(file, [...all.filter(({ source }) => source === file), ...held])
    }
    for (const file of desired.broken) this.registry.break(file)
  }

  #record(key: string, record: Applied): void {
    for (const [other, { id }] of this.applied) if (id === record.id) this.applied.delete(other)
    this.applied.set(key, record)
  }
}

const IDS = Array.from({ length: 7 }, (_, index) => `aigac_${index}`)

function presentIn({ observed }: World) {
  return IDS.flatMap((id) => observed.byId(id) ?? [])
}

const step = fc.record({
  does: fc.constantFrom('declare', 'declare', 'list', 'write', 'write', 'read anew'),
  world: worlds,
  part: fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }),
  isRushed: fc.nat(9).map((number) => number === 0),
})
type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never

describe('what concerns more than one key', () => {
  test('is the same when only what came and went is looked at, whatever came and went', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        const process = new Process()
        for (const each of steps) {
          process.take(each)
          if (each.isRushed) process.rush()
          expect(survey(process.world)).toEqual(survey(process.untraced))
        }
      }),
    )
  })

  test('is known without a look at all keys, when one is planned that came, changed or went', () => {
    const process = new Process()
    const names = ['a', 'b', 'c', 'gone']
    for (const name of names) {
      const entry = entryOf(name, { description: name })
      process.applied.set(name, {
        ...worldOf({ applied: { a: { id: name } } }).applied.get('a'),
        source: `${name}.ts`,
      } as Applied)
      process.observed.add(observedOf(name, entry))
      if (name !== 'gone') process.registry.declare(`${name}.ts`, [entry])
    }
    process.registry.setComplete(true)
    const kinds = (key: string) => planKeys(process.world, [key]).changes.map(({ kind }) => kind)
    expect(kinds('gone')).toEqual(['orphan'])
    const { entries } = process.registry.desired
    const walks = [entries, process.applied, process.observed.keyed].flatMap((map) =>
      (['keys', 'values', 'entries', 'forEach', Symbol.iterator] as const).map((way) =>
        vi.spyOn(map as Map<string, unknown>, way),
      ),
    )
    process.registry.declare('a.ts', [entryOf('a', { name: 'other' })])
    process.registry.declare('new.ts', [entryOf('new')])
    process.registry.remove('b.ts')
    expect([kinds('a'), kinds('new'), kinds('b')]).toEqual([['update'], ['create'], ['orphan']])
    expect(walks.filter((walk) => walk.mock.calls.length > 0)).toEqual([])
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Entry } from '../../src/model/entry.ts'
import { managedBy } from '../../src/model/managed.ts'
import type { Managed } from '../../src/model/provider-key.ts'
import { describeSecret, Secret, type SecretSource } from '../../src/model/secret.ts'
import { Registry } from '../../src/source/registry.ts'
import { entryOf } from '../support/states.ts'

const web = { ...entryOf('web'), source: 'web.ts' }
const other = { ...entryOf('web', { name: 'other' }), source: 'web.json' }

describe('the registry of declarations', () => {
  test('tells which keys a module changed', () => {
    const registry = new Registry()
    expect(registry.declare('web.ts', [web])).toEqual(new Set(['web']))
    expect(registry.declare('web.ts', [{ ...web }])).toEqual(new Set())
    expect(registry.declare('web.ts', [entryOf('web', { name: 'x' })])).toEqual(new Set(['web']))
    expect(registry.declare('web.ts', [entryOf('next')])).toEqual(new Set(['web', 'next']))
    expect([...registry.desired.entries.keys()]).toEqual(['next'])
  })

  test('holds a key that two modules declare, and frees it when one gives way', () => {
    const registry = new Registry()
    registry.declare('web.ts', [web])
    expect(registry.declare('web.json', [other])).toEqual(new Set(['web']))
    expect(registry.desired.entries.size).toBe(0)
    expect(registry.desired.held.get('web')).toEqual({ key: 'web', sources: ['web.json', 'web.ts'], reason: 'duplicate-key' })
    expect(registry.remove('web.ts')).toEqual(new Set(['web']))
    expect(registry.desired.entries.get('web')).toBe(other)
    expect(registry.desired.held.size).toBe(0)
  })

  test('holds a key that one module declares twice', () => {
    const registry = new Registry()
    registry.declare('web.ts', [web, { ...web }])
    expect(registry.desired.held.get('web')?.sources).toEqual(['web.ts'])
  })

  test('keeps what a module declared before it broke', () => {
    const registry = new Registry()
    registry.declare('web.ts', [web])
    registry.break('web.ts')
    expect(registry.desired.entries.get('web')).toBe(web)
    expect(registry.desired.broken).toEqual(new Set(['web.ts']))
    registry.mend('web.ts')
    expect(registry.desired.broken.size).toBe(0)
    registry.break('web.ts')
    registry.declare('web.ts', [web])
    expect(registry.desired.broken.size).toBe(0)
  })

  test('ends in the same state in whatever order modules came and went', () => {
    const files = ['a.ts', 'b.ts', 'c.ts']
    const declarations = fc.array(fc.constantFrom('k1', 'k2', 'k3'), { maxLength: 3 })
    const steps = fc.array(fc.tuple(fc.constantFrom(...files), declarations), { maxLength: 20 })
    fc.assert(
      fc.property(steps, (history) => {
        const grown = new Registry()
        for (const [file, keys] of history) grown.declare(file, entriesIn(file, keys))
        const last = new Map(history)
        const fresh = new Registry()
        for (const [file, keys] of last) fresh.declare(file, entriesIn(file, keys))
        expect(shape(grown)).toEqual(shape(fresh))
      }),
    )
  })
})

const plain = (value: string): SecretSource => ({ $plain: new Secret(value, 'a test') })

describe('the managed provider keys that modules declare', () => {
  const $env = { $env: 'A' }

  test.each<[string, Entry, Entry]>([
    ['another place of a secret', managing('web', $env), managing('web', { $env: 'B' })],
    ['another kind of place', managing('web', $env), managing('web', { $file: 'A' })],
    ['another value', managing('web', plain('a')), managing('web', plain('b'))],
    ['a place instead of a value', managing('web', plain('A')), managing('web', $env)],
    ['a second key', managing('web', $env), managing('web', $env, $env)],
    ['no key any more', managing('web', $env), managing('web')],
  ])('%s is a change of the entry, though its digest is the same', (_title, before, now) => {
    const registry = new Registry()
    registry.declare('web.ts', [before])
    expect(before.digest).toBe(now.digest)
    expect(registry.declare('web.ts', [now])).toEqual(new Set(['web']))
    expect(registry.desired.entries.get('web')).toBe(now)
  })

  test.each<[string, SecretSource, SecretSource]>([
    ['place', $env, { ...$env }],
    ['value', plain('a'), plain('a')],
  ])('the same %s said anew is none', (_title, before, now) => {
    const registry = new Registry()
    registry.declare('web.ts', [managing('web', before)])
    expect(registry.declare('web.ts', [managing('web', now)])).toEqual(new Set())
  })

  test('of a key that is held are of no entry', () => {
    const registry = new Registry()
    registry.declare('web.ts', [managing('web', $env)])
    expect(declarers(registry)).toEqual([['openai\nkey-0', ['web']]])
    registry.declare('web.json', [managing('web', $env)])
    expect(registry.desired.managed.size).toBe(0)
    registry.remove('web.json')
    expect(declarers(registry)).toEqual([['openai\nkey-0', ['web']]])
  })

  test('are what the entries say, whatever came and went before', () => {
    const key = fc.constantFrom('k1', 'k2', 'k3')
    const secrets = fc.array(fc.constantFrom($env, { $file: 'a' }, plain('a')), { maxLength: 3 })
    const entry = fc.tuple(key, secrets).map(([name, some]) => managing(name, ...some))
    const file = fc.constantFrom('a.ts', 'b.ts', 'c.ts')
    const declare = fc.record({ type: fc.constant('declare' as const), file, entries: fc.array(entry, { maxLength: 3 }) })
    const rest = fc.record({ type: fc.constantFrom('remove', 'break', 'mend'), file, entries: fc.constant([]) })
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 2, arbitrary: declare }, rest), { maxLength: 30 }), (steps) => {
        const registry = new Registry()
        for (const step of steps) {
          if (step.type === 'declare') registry.declare(step.file, step.entries)
          else registry[step.type](step.file)
          expect(told(registry.desired.managed)).toEqual(told(managedBy(registry.desired.entries.values())))
        }
      }),
    )
  })
})

/** An entry with a key of our own for each secret, two of the first. The digest does not depend on secrets. */
function managing(key: string, ...secrets: readonly SecretSource[]): Entry {
  const uses = [...secrets, ...secrets.slice(0, 1)].map((secret, index) => {
    const name = `key-${index % Math.max(1, secrets.length)}`
    return { provider: 'openai', name, path: `router.rules[0].steps[0].keys[${index}].value`, secret }
  })
  return { ...entryOf(key), source: 'web.ts', ...(uses.length > 0 && { managedKeys: uses }) }
}

function entriesIn(file: string, keys: readonly string[]) {
  return keys.map((key) => ({ ...entryOf(key), source: file }))
}

function shape({ desired }: Registry) {
  const entries = [...desired.entries.values()].map(({ key, source }) => `${key} ${source}`).toSorted()
  return { entries, held: [...desired.held.values()].map(({ key, sources }) => `${key} ${sources.join()}`).toSorted() }
}

function declarers({ desired }: Registry): readonly unknown[] {
  return [...desired.managed].map(([id, { entries }]) => [id, [...entries]])
}

/** Without the order in which it came about. */
function told(managed: ReadonlyMap<string, Managed>): unknown {
  return [...managed]
    .map(([id, { entries, secrets }]) => ({
      id,
      entries: [...entries].toSorted(),
      secrets: secrets.map(describeSecret).toSorted(),
    }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

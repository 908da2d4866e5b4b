import * as fc from 'fast-check'
import type { AppliedEntry, Lockfile } from '../../src/lockfile/lockfile.ts'

/** What a property or a value may be. */
export const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', 'constructor', 'toString', '', '10', '9'),
)

const entry: fc.Arbitrary<AppliedEntry> = fc.record(
  {
    id: text,
    name: text,
    source: text,
    digest: text,
    nonce: text,
    secrets: fc.array(fc.tuple(text, text)).map((pairs) => Object.fromEntries(pairs)),
    protect: fc.constant<true>(true),
    appliedAt: text,
    updatedAt: text,
  },
  { requiredKeys: ['id', 'name', 'source', 'digest', 'nonce', 'secrets', 'appliedAt', 'updatedAt'] },
)

/** Any lockfile that can be written. */
export const lockfile: fc.Arbitrary<Lockfile> = fc
  .record({
    owner: text,
    apiUrl: text,
    entries: fc.uniqueArray(fc.tuple(text, entry), { selector: ([key]) => key }),
  })
  .map(({ owner, apiUrl, entries }) => ({
    lockfileVersion: 1,
    owner,
    apiUrl,
    entries: new Map(entries.map(([key, value], index) => [key, { ...value, id: `${value.id}${index}` }])),
  }))

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Configuration } from '../../../src/model/configuration.ts'
import { contentDigest } from '../../../src/model/digest.ts'
import type { Entry } from '../../../src/model/entry.ts'
import { encodeMetadata, METADATA_LIMIT, NONCE_LENGTH } from '../../../src/model/stamp.ts'
import { parseModule } from '../../../src/source/parse/parse.ts'
import { configuration } from '../../model/arbitraries.ts'

const FILE = 'team-a/chatbot.ts'
const options = { owner: 'default', requireAccess: false, plainSecrets: false }

function entries(value: unknown, { file = FILE, several = false } = {}): readonly Entry[] {
  return parseModule({ file, value, several }, options).match((found) => found, unexpected)
}

function problems(value: unknown, { file = FILE, several = false, requireAccess = false } = {}): [string, string][] {
  const found = parseModule({ file, value, several }, { ...options, requireAccess }).match(unexpected, (wrong) => wrong)
  return found.map(({ path, msg }) => [path, msg])
}

function unexpected(result: unknown): never {
  throw new Error(`not expected: ${JSON.stringify(result)}`)
}

const whole = {
  name: 'Chatbot',
  description: '',
  metadata: { team: 'a', limits: [1, { soft: true, none: null }] },
  access: { providers: { allow: ['openai'] }, models: { allow: [] } },
  router: {
    rules: [
      {
        provider: 'openai',
        steps: [{ type: 'user', keys: [{ id: 'aigpk_1' }], keySelectionStrategy: 'ordered' }, { type: 'ngrok' }],
      },
      { provider: 'openai', model: 'openai:openai/gpt-5.5', steps: [{ type: 'ngrok' }] },
      { model: 'ours:llama', steps: [{ type: 'user', keys: [{ id: 'aigpk_1' }, { id: 'aigpk_2' }] }] },
    ],
  },
} as const

describe('an entry', () => {
  test('has the configuration as declared, and its digest', () => {
    const digest = contentDigest(whole)
    expect(entries(whole)).toEqual([{ key: 'team-a/chatbot', source: FILE, configuration: whole, digest, protect: false }])
  })

  test('has what the declaration says of its treatment, and not in the configuration', () => {
    const declared = { name: 'a', key: 'web', protect: true, renamedFrom: 'old/web' }
    expect(entries(declared)).toMatchObject([{ key: 'web', protect: true, renamedFrom: 'old/web', configuration: { name: 'a' } }])
    expect(entries(declared)[0]?.configuration).toEqual({ name: 'a' })
  })

  test.each([
    ['chatbot.ts', 'chatbot'],
    ['team-a/chatbot.mts', 'team-a/chatbot'],
    ['team-a/v1.2.json', 'team-a/v1.2'],
    ['a.b/c.yaml', 'a.b/c'],
  ])('of %s has the key %s', (file, key) => {
    expect(entries({ name: 'a' }, { file })).toMatchObject([{ key, source: file }])
  })

  test('is read from any valid configuration, unchanged', () => {
    fc.assert(
      fc.property(configuration.filter(isReadable), (declared) => {
        expect(entries(declared)[0]?.configuration).toEqual(declared)
      }),
    )
  })
})

/** The arbitrary also makes names with white space around them, and several rules for one provider. */
function isReadable({ name, router }: Configuration): boolean {
  const rules = router?.rules?.filter((rule) => rule.provider !== undefined && rule.model === undefined) ?? []
  return name.trim() === name && rules.length < 2
}

describe('several configurations', () => {
  test('are told by their names', () => {
    const value = { web: { name: 'Web' }, batch: { name: 'Batch', key: 'own' } }
    expect(entries(value, { several: true }).map(({ key }) => key)).toEqual(['team-a/chatbot#web', 'own'])
  })

  test('are recognised without defineConfigs where no name could be a property of one', () => {
    expect(entries({ web: { name: 'Web' }, batch: { name: 'Batch' } })).toHaveLength(2)
  })

  test('may be named like properties when the module says that they are several', () => {
    expect(entries({ access: { name: 'Web' }, name: { name: 'Batch' } }, { several: true })).toHaveLength(2)
    expect(problems({ access: { name: 'Web' } }).map(([path]) => path)).toEqual(['name', 'access.name'])
  })

  test('may be none when the module says so', () => {
    expect(entries({}, { several: true })).toEqual([])
    expect(problems({})).toEqual([['name', 'expected a name, got nothing']])
  })

  test('are entries only if all of them are right', () => {
    expect(problems({ web: { name: 'Web' }, batch: { nam: '' } }).map(([path]) => path)).toEqual(['batch.nam'])
  })

  test.each(['', ' web', 'a#b', 'a/b', 'a\u0000b', 'a\ud800'])('cannot be named %j', (name) => {
    expect(problems({ [name]: { name: 'Web' } }, { several: true })[0]?.[1]).toMatch(/^expected a name for the key/)
  })

  test('can be named like what every object has', () => {
    const value: unknown = JSON.parse('{"__proto__":{"name":"a"},"toString":{"name":"b"}}')
    expect(entries(value, { several: true }).map(({ key }) => key)).toEqual([
      'team-a/chatbot#__proto__',
      'team-a/chatbot#toString',
    ])
  })
})

const x = (count: number): string => 'x'.repeat(count)

describe('limits count characters as the API does', () => {
  const room = METADATA_LIMIT - encodeMetadata({ owner: 'default', key: 'team-a/chatbot', nonce: x(NONCE_LENGTH) }, '').length

  test.each<[string, object]>([
    ['a name of 255 characters', { name: x(255) }],
    ['a name of 255 characters outside the Basic Multilingual Plane', { name: '😀'.repeat(255) }],
    ['a description of 255 characters', { name: 'a', description: '😀'.repeat(255) }],
    ['metadata that just fits beside the stamp', { name: 'a', metadata: x(room) }],
    ['metadata that just fits, of wide characters', { name: 'a', metadata: '😀'.repeat(room) }],
    ['a key of 512 characters', { name: 'a', key: x(512) }],
  ])('%s is fine', (_what, declared) => {
    expect(entries(declared)).toHaveLength(1)
  })

  test.each<[string, object, string]>([
    ['a name of 256 characters', { name: x(256) }, 'expected a name, got 256 characters: at most 255 are allowed'],
    ['an empty name', { name: '' }, 'expected a name, got an empty text'],
    [
      'a description of 256 characters',
      { name: 'a', description: x(256) },
      'expected a description, got 256 characters: at most 255',
    ],
    ['metadata one character too long', { name: 'a', metadata: x(room + 1) }, 'beside the ownership mark: shorten it by 1'],
    ['metadata far too long', { name: 'a', metadata: { a: x(10_000) } }, 'at most 4096 characters of JSON, got more'],
    ['a key of 513 characters', { name: 'a', key: x(513) }, 'expected a key, got 513 characters: at most 512 are allowed'],
  ])('%s is not', (_what, declared, msg) => {
    expect(problems(declared)).toEqual([[expect.any(String), expect.stringContaining(msg)]])
  })

  test('a path too long for a key is refused unless the declaration has its own', () => {
    const file = `${x(600)}.ts`
    expect(problems({ name: 'a' }, { file })[0]?.[1]).toContain('600 characters')
    expect(entries({ name: 'a', key: 'short' }, { file })).toHaveLength(1)
  })
})

describe('nothing hostile takes long or overflows', () => {
  test('metadata nested a million deep', () => {
    const deep = Array.from({ length: 1_000_000 }).reduce<object>((inner) => ({ a: inner }), {})
    expect(problems({ name: 'a', metadata: deep })).toEqual([['metadata', expect.stringContaining('got more')]])
  })

  test('metadata nested as deep as the limit has room for', () => {
    const deep = Array.from({ length: 1_900 }).reduce<unknown[]>((inner) => [inner], [])
    expect(entries({ name: 'a', metadata: { deep } })).toHaveLength(1)
  })

  test('metadata with a million properties or items', () => {
    const many = Array.from({ length: 1_000_000 }, (_, index) => index)
    expect(problems({ name: 'a', metadata: { many } })).toEqual([['metadata', expect.stringContaining('got more')]])
    expect(problems({ name: 'a', metadata: Object.fromEntries(many.entries()) })).toEqual([
      ['metadata', expect.stringContaining('got more')],
    ])
  })

  test('a list of a million names', () => {
    const allow = Array.from({ length: 1_000_000 }, () => 'openai')
    expect(problems({ name: 'a', access: { providers: { allow } } })).toEqual([
      ['access.providers.allow', 'expected at most 10000 providers, got 1000000'],
    ])
  })

  test('a hundred thousand properties or configurations', () => {
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`a${index}`, {}]))
    expect(problems({ name: 'a', ...many })).toEqual([['', 'expected at most 10000 properties, got 100001']])
    expect(problems(many)).toEqual([['', 'expected at most 10000 configurations in a module, got 100000']])
  })

  test('a name of ten million characters', () => {
    expect(problems({ name: 'a', [x(10_000_000)]: 1 }).join().length).toBeLessThan(400)
  })

  test('more problems than anybody reads', () => {
    const found = problems({ name: 'a', access: { models: { allow: Array.from({ length: 1_000 }, () => 3) } } })
    expect(found).toHaveLength(51)
    expect(found.at(-1)).toEqual(['', 'and 950 more problems like these'])
  })

  test('any JSON is an answer, never a throw', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.boolean(), (value, several) => {
        const result = parseModule({ file: FILE, value, several }, options)
        expect(result.isOk() ? [] : result.error).not.toContainEqual(expect.objectContaining({ msg: '' }))
      }),
    )
  })
})

describe('access left out', () => {
  test('is an entry that may reach everything', () => {
    expect(entries({ name: 'a' })[0]?.configuration).not.toHaveProperty('access')
  })

  test('or restricting nothing is an error with requireAccess, for each entry', () => {
    const found = problems({ web: { name: 'a' }, batch: { name: 'b', access: {} } }, { requireAccess: true })
    expect(found).toEqual(['web', 'batch'].map((name) => [`${name}.access`, expect.stringContaining('requireAccess')]))
  })
})

/** Whatever flags, variables and files say: settings, or every problem in a line of its own. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CATALOGUE, flagOf, SETTING_NAMES, variableOf } from '../../src/settings/catalogue.ts'
import { check, type Given } from '../../src/settings/check.ts'
import { loadSettings } from '../../src/settings/load.ts'
import { describeSettingsError, type SettingsError } from '../../src/settings/problem.ts'
import { parseDuration } from '../../src/model/duration.ts'
import { parseRate } from '../../src/model/rate.ts'
import { gatewayUrl } from '../../src/settings/url.ts'

let cwd: string

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'aigw-sync-fuzz-'))
})

afterAll(() => rm(cwd, { recursive: true }))

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\u001b[2J', '\u009b', '\n', '\u202e', '\ud800'),
)

/** What a flag or a file may give a setting: what it takes, and what it does not. */
const value = fc.oneof(
  text,
  fc.jsonValue(),
  fc.constantFrom(
    '5m',
    '0ms',
    '1e9s',
    '110/60s',
    'off',
    'true',
    '-1',
    '8',
    '0x10',
    'sync',
    'https://u:p@h/',
    'http://[::1]:1/',
    '\0',
  ),
)

const names = fc.oneof(
  fc.constantFrom(...SETTING_NAMES),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'resync_interval', 'polcy', 'x'.repeat(100_000)),
  text,
)

/** Lines that a person can read: no more than there may be, and nothing in them that drives a terminal. */
function expectToBeTold(error: SettingsError): void {
  const told = describeSettingsError(error)
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  expect(told).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e]/)
  const lines = told.split('\n')
  expect(lines.length).toBeLessThanOrEqual(32)
  for (const line of lines) expect(line).toMatch(/^(?:settings: |  )\S/)
  if (lines.length > 1) expect(lines[0]).toBe(`settings: ${error.problems.length} problems`)
}

test('flags and variables', async () => {
  const given = fc.array(fc.tuple(names, value), { maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(given, given, async (flags, variables) => {
      const env = Object.fromEntries(
        variables.map(([name, any]) => [`AIGW_SYNC_${name}`, typeof any === 'string' ? any : JSON.stringify(any)]),
      )
      delete env['AIGW_SYNC_SETTINGS']
      const loaded = await loadSettings({ flags: Object.fromEntries(flags), env, cwd })
      if (loaded.isErr()) return expectToBeTold(loaded.error)
      expect(Object.keys(loaded.value.settings).toSorted()).toEqual([...SETTING_NAMES].toSorted())
    }),
  )
})

describe.each(['settings.yaml', 'settings.json', 'settings'])('a file %s', (name) => {
  const properties = fc.array(fc.tuple(names, value), { maxLength: 40 }).map((pairs) => JSON.stringify(Object.fromEntries(pairs)))

  test('of anything', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(properties, text, fc.json(), fc.uint8Array()), async (content) => {
        await writeFile(join(cwd, name), content)
        const loaded = await loadSettings({ flags: { settings: name }, env: {}, cwd })
        if (loaded.isErr()) expectToBeTold(loaded.error)
        else expect(loaded.value.file).toBe(join(cwd, name))
        expect(Object.prototype).not.toHaveProperty('owner')
      }),
      { numRuns: 150 },
    )
  })
})

test('of many problems the first are told, and how many more there are', async () => {
  await writeFile(
    join(cwd, 'many.json'),
    JSON.stringify(Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`x${index}`, 1]))),
  )
  const loaded = await loadSettings({ flags: { settings: 'many.json' }, env: {}, cwd })
  if (loaded.isOk()) throw new Error('expected problems')
  expectToBeTold(loaded.error)
  const lines = describeSettingsError(loaded.error).split('\n')
  expect([lines.length, lines[0], lines.at(-1)]).toEqual([32, 'settings: 100 problems', '  and 70 more'])
})

test('a name that is a letter off names the setting that is meant, wherever it stands', () => {
  const slip = fc.tuple(fc.constantFrom(...SETTING_NAMES), fc.nat(), fc.constantFrom('flag', 'variable', 'file'))
  fc.assert(
    fc.property(slip, ([setting, at, from]) => {
      const written = from === 'flag' ? flagOf(setting) : from === 'variable' ? variableOf(setting) : setting
      const letters = written.replace(/^(?:--|AIGW_SYNC_)/, '')
      fc.pre(letters.length > 3)
      const index = written.length - letters.length + (at % letters.length)
      const wrong = `${written.slice(0, index)}${written.slice(index + 1)}`
      const place =
        from === 'file' ? ({ from, file: '/f', name: wrong } as const) : ({ from: from as 'flag', name: wrong } as const)
      const given: Given = { place, value: '1', base: '/' }
      fc.pre(!SETTING_NAMES.some((name) => [flagOf(name), variableOf(name), name].includes(wrong)))
      const [problem] = check([given]).problems
      expect(problem?.type).toBe('unknown')
      expect(problem).toHaveProperty('nearest')
    }),
  )
})

describe('what is read of a value is of its kind', () => {
  test('a duration is a whole number of milliseconds, a rate lets something through', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.stringMatching(/^\d{0,20}(\.\d{0,20})?(ms|s|m|h)?(\/\d{0,20}(s|m|h)?)?$/)), (any) => {
        const ms = parseDuration(any)
        if (ms !== undefined) expect(Number.isSafeInteger(ms) && ms >= 0).toBe(true)
        const rate = parseRate(any)
        if (rate) expect(rate.requests > 0 && Number.isSafeInteger(rate.windowMs) && rate.windowMs > 0).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })

  test('an address of the gateway has no credentials, query or fragment, and reads as itself', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.webUrl({ withQueryParameters: true, withFragments: true }),
          text,
          fc.string().map((any) => `https://${any}`),
        ),
        (any) => {
          const url = gatewayUrl.read(any, '/')
          if (url === undefined) return
          expect(gatewayUrl.read(url, '/')).toBe(url)
          expect(new URL(url)).toMatchObject({ username: '', password: '', search: '', hash: '' })
        },
      ),
      { numRuns: 1_000 },
    )
  })

  test('anything else is none, and no kind throws', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SETTING_NAMES), fc.oneof(value, fc.anything({ withBigInt: true })), (name, any) => {
        expect(() => CATALOGUE[name].kind.read(any, '/')).not.toThrow()
      }),
      { numRuns: 2_000 },
    )
  })
})

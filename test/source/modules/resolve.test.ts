import { describe, expect, test } from 'vitest'
import { missingMessage, targetOf } from '../../../src/source/modules/resolve.ts'

describe('a relative import', () => {
  test.each([
    ['a.ts', './b.ts', ['b.ts']],
    ['team/a.ts', '../_shared/b.ts', ['_shared/b.ts']],
    ['team/a.ts', './b.js', ['team/b.js', 'team/b.ts']],
    ['team/a.ts', './b.mjs', ['team/b.mjs', 'team/b.mts']],
    ['a.ts', './_data.json', ['_data.json']],
    ['a.ts', './with%20space.ts', ['with space.ts']],
    ['a.ts', './100%.ts', ['100%.ts']],
  ])('from %s of %s may mean %j', (from, specifier, candidates) => {
    expect(targetOf(from, specifier)).toEqual({ kind: 'file', candidates })
  })

  test('without extension means a module of that name, then the index of a folder', () => {
    const target = targetOf('team/a.ts', './b')
    expect(target).toMatchObject({ kind: 'file' })
    const candidates = 'candidates' in target ? target.candidates : []
    expect(candidates.slice(0, 4)).toEqual(['team/b.ts', 'team/b.mts', 'team/b.js', 'team/b.mjs'])
    expect(candidates[4]).toBe('team/b/index.ts')
  })

  test.each(['.', './', '..'])('%s means the index of a folder', (specifier) => {
    const first = specifier === '..' ? 'team/index.ts' : 'team/sub/index.ts'
    expect(targetOf('team/sub/a.ts', specifier)).toMatchObject({ kind: 'file', candidates: { 0: first } })
  })
})

test.each([
  ['node:path', 'builtin'],
  ['path', 'builtin'],
  ['aigw-sync', 'builtin'],
  ['zod', 'package'],
  ['@acme/models/sub', 'package'],
  ['../outside.ts', 'refused'],
  ['./../../outside.ts', 'refused'],
  ['/etc/passwd', 'refused'],
  ['file:///etc/passwd', 'refused'],
  ['https://example.com/x.js', 'refused'],
  ['data:text/javascript,export default 1', 'refused'],
  ['#internal', 'refused'],
])('%s is %s', (specifier, kind) => {
  expect(targetOf('a.ts', specifier).kind).toBe(kind)
})

test('what is missing is told with the nearest name that exists', () => {
  expect(missingMessage('./_shared/limit.ts', ['_shared/limit.ts'], ['_shared/limits.ts', 'team/a.ts'])).toBe(
    "'./_shared/limit.ts' is not there: no _shared/limit.ts in the folder; did you mean _shared/limits.ts?",
  )
  expect(missingMessage('./x.ts', ['x.ts'], ['quite-another.ts'])).toBe("'./x.ts' is not there: no x.ts in the folder")
})

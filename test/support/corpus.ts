/** The hostile modules and data files of `test/fixtures/hostile`, and what is to become of each. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Trick {
  readonly file: string
  readonly expected: Expected
}

export interface Expected {
  /** `created`, or one of the kinds of problems; several where which of them comes is not determined. */
  readonly outcomes: readonly string[]
  /** Of the problem's message or path, or of the key that is created. */
  readonly part: string
}

export const HOSTILE = join(import.meta.dirname, '../fixtures/hostile')

/** Every file of the corpus that is an entry. */
export function tricks(): readonly Trick[] {
  return readdirSync(HOSTILE)
    .filter((file) => !file.startsWith('_') && file !== 'README.md')
    .map((file) => ({ file, expected: expectedOf(JSON_FILES[file] ?? firstComment(file)) }))
}

/** `created`, `invalid "a part of the message"`, `created|threw "a part", because of a race`. */
export function expectedOf(text: string): Expected {
  const [, outcomes = '', part = '', reason = ''] = /^([a-z|]+)(?: "(.+)")?(?:, because (.+))?$/.exec(text) ?? []
  const expected = { outcomes: outcomes.split('|'), part }
  const isExact = expected.outcomes.length === 1
  if (outcomes === '' || isExact !== (reason === '') || (part === '' && outcomes !== 'created'))
    throw new Error(`expected what is to become of a trick, as README.md of the corpus says it, got ${text || 'nothing'}`)
  return expected
}

/** `// expect: …`, or with the comments of YAML. */
function firstComment(file: string): string {
  const [line = ''] = readFileSync(join(HOSTILE, file), 'utf8').split('\n', 1)
  return /^(?:\/\/|#) expect: (.*)$/.exec(line)?.[1] ?? ''
}

/** JSON has no comments. */
const JSON_FILES: Readonly<Record<string, string>> = {
  'json-comment.json': `syntax "Expected ',' or '}'"`,
  'json-escapes.json': 'invalid "a control character in it"',
  'json-half-a-character.json': 'invalid "half a character"',
  'json-list.json': 'invalid "got a list"',
  'json-nested.json': 'invalid "at most 64 levels"',
  'json-never-closed.json': 'syntax "Unexpected end of JSON input"',
  'json-number-too-large.json': 'invalid "Infinity"',
  'json-prototype.json': 'invalid "__proto__"',
  'json-prototypes-by-name.json': 'created "json-prototypes-by-name#__proto__"',
  'json-repeats-access.json': 'syntax "duplicated mapping key"',
  'json-single-quotes.json': `syntax "Expected property name or '}'"`,
  'json-text.json': 'invalid "got "x""',
}

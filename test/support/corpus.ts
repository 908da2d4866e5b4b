/** The hostile modules and data files of `test/fixtures/hostile`, and what is to become of each. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Trick {
  readonly file: string
  readonly expected: Expected
}

export interface Expected {
  /** `created`, or one of the kinds of problems; several where which of them comes first is nobody's concern. */
  readonly outcomes: readonly string[]
  /** Of the problem's message or path, or of the key that is created. */
  readonly part: string
}

export const HOSTILE = join(import.meta.dirname, '../fixtures/hostile')

/** Every file of the corpus that is an entry, but for those that are left out. */
export function tricks(leftOut: Readonly<Record<string, string>>): readonly Trick[] {
  return readdirSync(HOSTILE)
    .filter((file) => !file.startsWith('_') && !Object.hasOwn(leftOut, file))
    .map((file) => ({ file, expected: expectedOf(JSON_FILES[file] ?? firstComment(file)) }))
}

/** `created`, `invalid "a part of the message"`, `exit|threw ""`. */
export function expectedOf(text: string): Expected {
  const [, outcomes = '', part = ''] = /^([\w|]+)(?: "(.*)")?$/.exec(text) ?? []
  if (outcomes === '') throw new Error(`expected what is to become of a trick, got ${text}`)
  return { outcomes: outcomes.split('|'), part }
}

/** `// expect: …`, or with the comments of YAML. */
function firstComment(file: string): string {
  const [line = ''] = readFileSync(join(HOSTILE, file), 'utf8').split('\n', 1)
  return /^(?:\/\/|#) expect: (.*)$/.exec(line)?.[1] ?? ''
}

/** JSON has no comments. */
const JSON_FILES: Readonly<Record<string, string>> = {
  'json-comment.json': 'syntax ""',
  'json-escapes.json': 'invalid "a control character in it"',
  'json-half-a-character.json': 'invalid "half a character"',
  'json-list.json': 'invalid "got a list"',
  'json-nested.json': 'invalid "at most 64 levels"',
  'json-never-closed.json': 'syntax "Unexpected end of JSON input"',
  'json-number-too-large.json': 'invalid "Infinity"',
  'json-prototype.json': 'invalid "__proto__"',
  'json-prototypes-by-name.json': 'created "json-prototypes-by-name#__proto__"',
  'json-repeats-access.json': 'syntax "duplicated mapping key"',
  'json-single-quotes.json': 'syntax ""',
  'json-text.json': 'invalid "got "x""',
}

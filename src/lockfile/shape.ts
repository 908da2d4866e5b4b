import { err, ok, type Result } from 'neverthrow'
import type { WrongShape } from './errors.ts'
import type { AppliedEntry } from './lockfile.ts'

/** A lockfile as `JSON.parse` gives it. */
export interface LockfileJson {
  readonly lockfileVersion: 1
  readonly owner: string
  readonly apiUrl: string
  readonly entries: Readonly<Record<string, AppliedEntry>>
}

/**
 * Checks the shape of a version 1 lockfile. An unknown property is wrong: it would be lost with the next write, so that a new
 * property means a new version. What strings hold is not judged: whatever was recorded can be read again.
 *
 * By hand rather than with a validation library, since those drop properties named `__proto__` or `constructor`.
 */
export function checkShape(json: unknown): Result<LockfileJson, WrongShape> {
  const problem = checkLockfile(json)
  return problem ? err({ ...problem, path: problem.path.replace(/^\./, '') }) : ok(json as LockfileJson)
}

type Check = (value: unknown) => WrongShape | undefined

const checkText: Check = (value) => (typeof value === 'string' ? undefined : wrong('a string', value))

const checkEntry = object(
  {
    id: checkText,
    name: checkText,
    source: checkText,
    digest: checkText,
    nonce: checkText,
    secrets: record(checkText),
    appliedAt: checkText,
    updatedAt: checkText,
  },
  { protect: exactly(true) },
)

const checkLockfile = object({
  lockfileVersion: exactly(1),
  owner: checkText,
  apiUrl: checkText,
  entries: record(checkEntry),
})

function exactly(expected: unknown): Check {
  return (value) => (value === expected ? undefined : wrong(String(expected), value))
}

function record(check: Check): Check {
  return (value) => {
    if (!isObject(value)) return wrong('an object', value)
    for (const property of Object.keys(value)) {
      const problem = check(value[property])
      if (problem) return within(property, problem)
    }
    return undefined
  }
}

function object(required: Readonly<Record<string, Check>>, optional: Readonly<Record<string, Check>> = {}): Check {
  const checks = new Map(Object.entries({ ...required, ...optional }))
  const names = Object.keys(required)
  return (value) => {
    if (!isObject(value)) return wrong('an object', value)
    const missing = names.find((name) => !Object.hasOwn(value, name))
    if (missing !== undefined) return within(missing, wrong('a value', undefined))
    for (const property of Object.keys(value)) {
      const check = checks.get(property)
      const problem = check ? check(value[property]) : wrong('no such property', value[property])
      if (problem) return within(property, problem)
    }
    return undefined
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function wrong(expected: string, value: unknown): WrongShape {
  return { type: 'wrong-shape', path: '', expected, came: describe(value) }
}

function within(property: string, problem: WrongShape): WrongShape {
  const step = /^[A-Za-z]\w*$/.test(property) ? `.${property}` : `[${JSON.stringify(property)}]`
  return { ...problem, path: `${step}${problem.path}` }
}

/** The kind of a value, and the value itself where it is short and no text. */
function describe(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'an array'
  if (isObject(value)) return 'an object'
  return typeof value === 'string' ? 'a string' : JSON.stringify(value)
}

/** How a body breaks a rule. */
export interface Violation {
  readonly kind: 'missing' | 'too-long' | 'invalid'
  /** `router.rules[0].steps[0].type`; empty for the body itself. */
  readonly path: string
  readonly msg: string
}

/** Looks at one value; undefined when nothing is wrong with it. The first violation in a body is the one that is told. */
export type Check = (value: unknown, path: string) => Violation | undefined

/** An object with these properties and no others. */
export function shape(properties: Readonly<Record<string, Check>>, required: readonly string[] = []): Check {
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return invalid(path, 'an object')
    const unknown = Object.keys(value).find((name) => !Object.hasOwn(properties, name))
    if (unknown !== undefined) return { kind: 'invalid', path, msg: `\`${unknown}\` is not a property of ${named(path)}.` }
    const missing = required.find((name) => !Object.hasOwn(value, name))
    if (missing !== undefined) return missingField(join(path, missing))
    return first(Object.entries(value), ([name, each]) => properties[name]?.(each, join(path, name)))
  }
}

/** A list, of at least `minItems`. */
export function listOf(item: Check, minItems = 0): Check {
  return (value, path) => {
    if (!Array.isArray(value)) return invalid(path, 'a list')
    if (value.length < minItems) return invalid(path, `a list of at least ${minItems}`)
    return first(value.entries(), ([index, each]) => item(each, `${path}[${index}]`))
  }
}

/** A string. `maxLength` counts characters (code points), as JSON Schema does. */
export function text(maxLength = Infinity): Check {
  return (value, path) => {
    if (typeof value !== 'string') return invalid(path, 'a string')
    const length = value.length <= maxLength ? 0 : Array.from(value).length
    if (length <= maxLength) return undefined
    const msg = `The \`${path}\` field holds at most ${maxLength} characters, got ${length}.`
    return { kind: 'too-long', path, msg }
  }
}

export function oneOf(...words: readonly string[]): Check {
  return (value, path) => (words.some((word) => word === value) ? undefined : invalid(path, words.join(' or ')))
}

export function nullable(check: Check): Check {
  return (value, path) => (value === null ? undefined : check(value, path))
}

export function missingField(path: string): Violation {
  return { kind: 'missing', path, msg: `The \`${path}\` field is required.` }
}

/** The first violation that `check` finds in `values`. */
export function first<Value>(values: Iterable<Value>, check: (value: Value) => Violation | undefined): Violation | undefined {
  for (const value of values) {
    const violation = check(value)
    if (violation) return violation
  }
  return undefined
}

function invalid(path: string, expected: string): Violation {
  return { kind: 'invalid', path, msg: `Expected ${named(path)} to be ${expected}.` }
}

function named(path: string): string {
  return path === '' ? 'the body' : `\`${path}\``
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

/** Turned into JSON data, or the first thing in it that JSON cannot say. */
export type Plain =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly msg: string; readonly path: string }

const MAX_DEPTH = 64
const MAX_VALUES = 100_000
/** Of one object: as many configurations as a module may declare. */
const MAX_PROPERTIES = 10_000
/** UTF-16 units of all texts and names together: one text in a thousand places counts a thousand times, as it does when it is written. */
const MAX_TEXT = 2 * 1024 * 1024
/** Of the name of a class. */
const LONGEST_NAME = 100

/**
 * A copy of a value as plain data. Properties that are undefined are left out; each getter is read once. Whatever JSON cannot
 * carry is refused, not bent: a Date, a function, a class instance, NaN, a hole in an array.
 *
 * All that modules say comes through here, and methods of arrays are slow where the language is frozen: so there are next to none.
 * @throws what a getter or a proxy in the value throws
 */
export function plain(value: unknown): Plain {
  const copy: Copy = { ancestors: [], keys: [], values: 0, text: 0 }
  try {
    return { ok: true, value: copied(value, copy) }
  } catch (error) {
    if (error instanceof NotPlain) return { ok: false, msg: error.message, path: pathOf(copy.keys) }
    throw error
  }
}

class NotPlain extends Error {}

interface Copy {
  /** The objects around the current value, to find cycles and to bound depth. */
  readonly ancestors: object[]
  /** The way to the current value. */
  readonly keys: (string | number)[]
  values: number
  text: number
}

function copied(value: unknown, copy: Copy): unknown {
  copy.values += 1
  if (copy.values > MAX_VALUES) throw new NotPlain(`expected at most ${MAX_VALUES} values`)
  if (typeof value === 'string') return counted(value, copy)
  if (typeof value === 'boolean' || value === null) return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (typeof value !== 'object') throw new NotPlain(`expected plain data, got ${describe(value)}`)
  if (copy.ancestors.includes(value)) throw new NotPlain('expected plain data, got an object that contains itself')
  if (copy.ancestors.length === MAX_DEPTH) throw new NotPlain(`expected at most ${MAX_DEPTH} levels`)
  copy.ancestors[copy.ancestors.length] = value
  const result = Array.isArray(value) ? copiedArray(value, copy) : copiedObject(value, copy)
  copy.ancestors.length -= 1
  return result
}

function counted(text: string, copy: Copy): string {
  copy.text += text.length
  if (copy.text > MAX_TEXT) throw new NotPlain(`expected at most ${MAX_TEXT} characters of text in all`)
  return text
}

function copiedArray(value: readonly unknown[], copy: Copy): unknown[] {
  const { length } = value
  const result: unknown[] = []
  for (let index = 0; index < length; index += 1) result[index] = copiedMember(index, value[index], copy)
  return result
}

function copiedObject(value: object, copy: Copy): unknown {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype)
    throw new NotPlain(`expected plain data, got ${describeObject(value)}`)
  const names = Reflect.ownKeys(value)
  if (names.length > MAX_PROPERTIES) throw new NotPlain(`expected at most ${MAX_PROPERTIES} properties, got ${names.length}`)
  const result: Record<string, unknown> = {}
  for (const key of names) {
    if (Object.getOwnPropertyDescriptor(value, key)?.enumerable !== true) continue
    if (typeof key === 'symbol') throw new NotPlain(`expected names of properties to be strings, got ${String(key)}`)
    const member: unknown = Reflect.get(value, key)
    if (member !== undefined) put(result, counted(key, copy), copiedMember(key, member, copy))
  }
  return result
}

/** A name that all objects inherit, `__proto__` above all, cannot be set as others are. */
function put(result: Record<string, unknown>, key: string, value: unknown): void {
  if (key in result) Object.defineProperty(result, key, { value, writable: true, enumerable: true, configurable: true })
  else result[key] = value
}

function copiedMember(key: string | number, value: unknown, copy: Copy): unknown {
  copy.keys[copy.keys.length] = key
  const result = copied(value, copy)
  copy.keys.length -= 1
  return result
}

function describe(value: unknown): string {
  if (typeof value === 'undefined') return 'undefined'
  if (typeof value === 'function') return 'a function'
  return typeof value === 'number' ? String(value) : `a ${typeof value}`
}

function describeObject(value: object): string {
  if (value instanceof Promise) return 'a promise; await it first'
  if (value instanceof Date) return 'a Date; write it as a string'
  const name: unknown = Reflect.get(value, 'constructor')?.name
  return typeof name === 'string' && name !== '' ? `an instance of ${name.slice(0, LONGEST_NAME)}` : 'an instance of a class'
}

/** `router.rules[0].steps`, `["odd name"].x`. */
function pathOf(keys: readonly (string | number)[]): string {
  return keys
    .map((key, index) => (typeof key === 'string' && isName(key) ? (index === 0 ? key : `.${key}`) : `[${JSON.stringify(key)}]`))
    .join('')
}

function isName(key: string): boolean {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key)
}

import { resolve } from 'node:path'
import { parseDuration } from '../model/duration.ts'
import { parseRate, type Rate } from '../model/rate.ts'

/** A way of writing a value: how it is read, and how a person is told about it. */
export interface Kind<Value> {
  /** Stands for the value in help: `duration`. */
  readonly placeholder: string
  /** Completes "expected …". */
  readonly expected: string
  /**
   * Reads what a flag or a variable (text) or a file (any JSON value) gives.
   * @param base the folder that relative paths are relative to
   * @returns undefined when it is not of this kind
   */
  readonly read: (given: unknown, base: string) => Value | undefined
}

/** Read as an absolute path. */
export const path: Kind<string> = {
  placeholder: 'path',
  expected: 'a path',
  read: (given, base) => (typeof given === 'string' && given !== '' && !given.includes('\0') ? resolve(base, given) : undefined),
}

export function text(pattern: RegExp, expected: string): Kind<string> {
  return {
    placeholder: 'text',
    expected,
    read: (given) => (typeof given === 'string' && pattern.test(given) ? given : undefined),
  }
}

export function choice<const Value extends string>(values: readonly [Value, ...Value[]]): Kind<Value> {
  return {
    placeholder: values.join('|'),
    expected: `one of ${values.join(', ')}`,
    read: (given) => values.find((value) => value === given),
  }
}

/** Read as milliseconds. The bounds are written as durations. */
export function duration(least: string, most: string): Kind<number> {
  const [min, max] = [parseDuration(least) ?? Number.NaN, parseDuration(most) ?? Number.NaN]
  return {
    placeholder: 'duration',
    expected: `a duration from ${least} to ${most}`,
    read: (given) => {
      const ms = typeof given === 'string' ? parseDuration(given) : undefined
      return ms !== undefined && ms >= min && ms <= max ? ms : undefined
    },
  }
}

/** @param unit what is counted, where the setting's name does not say it */
export function count(min: number, max: number, unit?: string): Kind<number> {
  return {
    placeholder: unit ?? 'number',
    expected: `a whole number ${unit === undefined ? '' : `of ${unit} `}from ${min} to ${max}`,
    read: (given) => {
      const amount = typeof given === 'string' && /^\d{1,9}$/.test(given) ? Number(given) : given
      return typeof amount === 'number' && Number.isInteger(amount) && amount >= min && amount <= max ? amount : undefined
    },
  }
}

/** The limiter remembers each request for as long as the window lasts. */
const LONGEST_WINDOW = 3_600_000

export const rate: Kind<Rate | 'off'> = {
  placeholder: 'rate',
  expected: 'requests in a window of at most 1h, or off',
  read: (given) => {
    if (given === 'off') return given
    const read = typeof given === 'string' ? parseRate(given) : undefined
    return read !== undefined && read.windowMs <= LONGEST_WINDOW ? read : undefined
  },
}

export const boolean: Kind<boolean> = {
  placeholder: 'true|false',
  expected: 'true or false',
  read: (given) => {
    if (typeof given === 'boolean') return given
    return given === 'true' ? true : given === 'false' ? false : undefined
  },
}

import type { Thrown } from './protocol.ts'

const MAX_MESSAGE = 4_000
const MAX_STACK = 20_000

/** In the child: whatever was thrown, as text. It may be anything, even something that throws when it is looked at. */
export function thrownOf(error: unknown): Thrown {
  try {
    return error instanceof Error ? describeError(error) : { msg: `threw ${describeOther(error)}` }
  } catch {
    return { msg: 'threw something that cannot be described' } // its own getters throw: there is nothing more to be had
  }
}

function describeError(error: Error & { code?: unknown; permission?: unknown; resource?: unknown }): Thrown {
  const { name, message, stack, code, permission, resource } = error
  return {
    msg: `${name}: ${message}`.slice(0, MAX_MESSAGE),
    ...textual({ stack: typeof stack === 'string' ? stack.slice(0, MAX_STACK) : stack, code, permission, resource }),
  }
}

function textual(fields: Record<string, unknown>): Partial<Record<string, string>> {
  return Object.fromEntries(Object.entries(fields).filter((field): field is [string, string] => typeof field[1] === 'string'))
}

function describeOther(error: unknown): string {
  if (typeof error === 'string') return `the string ${JSON.stringify(error.slice(0, MAX_MESSAGE))}; throw an Error instead`
  return `${typeof error === 'object' && error !== null ? 'an object' : String(error)}; throw an Error instead`
}

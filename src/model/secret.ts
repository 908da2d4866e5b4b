import type { SecretReference } from './secret-reference.ts'

export type { SecretReference } from './secret-reference.ts'

/** `inspect.custom` of `node:util`, which the types that modules get must not import. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom')

/**
 * A value that must not be seen. It shows itself only to who asks for it by `reveal()`: whatever prints, serialises or inspects it
 * gets its place instead.
 */
export class Secret {
  readonly #value: string
  readonly #place: string

  /** @param place where it came from, in words */
  constructor(value: string, place: string) {
    this.#value = value
    this.#place = place
  }

  reveal(): string {
    return this.#value
  }

  toString(): string {
    return `[secret from ${this.#place}]`
  }

  toJSON(): string {
    return this.toString()
  }

  [INSPECT](): string {
    return this.toString()
  }
}

/** A value in the module itself, which only the setting `plainSecrets` allows. */
export interface PlainSecret {
  readonly $plain: Secret
}

export type SecretSource = SecretReference | PlainSecret

/** As a person would write it: `secret.env("OPENAI_API_KEY")`. */
export function describeSecret(source: SecretSource): string {
  if ('$env' in source) return `secret.env(${JSON.stringify(source.$env)})`
  if ('$file' in source) return `secret.file(${JSON.stringify(source.$file)})`
  return '$plain' in source ? 'a value in the module' : `secret.credential(${JSON.stringify(source.$credential)})`
}

/** Whether two say the same place, or hold the same value. */
export function isSameSecret(a: SecretSource, b: SecretSource): boolean {
  if ('$plain' in a || '$plain' in b) return '$plain' in a && '$plain' in b && a.$plain.reveal() === b.$plain.reveal()
  return describeSecret(a) === describeSecret(b)
}

/** Why there is no value at a place. */
export interface SecretProblem {
  readonly reason: 'not-set' | 'missing' | 'unreadable' | 'empty' | 'unusable'
  /** What was expected, what came, and the way out, without a value. */
  readonly msg: string
}

/** What is known of a value without holding it. It never shows anything of it. */
export interface Seal {
  /**
   * Equal for equal values under one nonce, and telling nothing of the value to who does not know the nonce: a mark by which the nonce
   * is known again, a dot, and what the value is under it.
   */
  fingerprint(nonce: string): string
  /** Whether a display form of the gateway's may be this value's. `unclear` where it shows too little. */
  compare(keyRedacted: string): 'same' | 'other' | 'unclear'
}

/** Whether two fingerprints were made under one nonce, so that they can be compared. */
export function isSameNonce(fingerprint: string, other: string): boolean {
  return fingerprint.slice(0, fingerprint.indexOf('.')) === other.slice(0, other.indexOf('.'))
}

/** What was found when a place was last looked at. */
export type SecretLook = { readonly type: 'found'; readonly seal: Seal } | ({ readonly type: 'missing' } & SecretProblem)

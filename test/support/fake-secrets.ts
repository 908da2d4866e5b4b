/** Secrets in memory: what stands at each place, by how a person would write it. */
import { errAsync, okAsync } from 'neverthrow'
import { describeSecret, Secret, type SecretLook, type SecretProblem, type SecretSource } from '../../src/model/secret.ts'
import type { Secrets } from '../../src/reconcile/keys/secrets.ts'
import { sealOf } from '../../src/secrets/seal.ts'

export interface FakeSecrets extends Secrets {
  /** By `secret.env("NAME")` and the like. What is not there is missing. */
  readonly values: Map<string, string>
}

export function fakeSecrets(values: Readonly<Record<string, string>> = {}): FakeSecrets {
  const places = new Map(Object.entries(values))
  const secretAt = (source: SecretSource): Secret | undefined => {
    if ('$plain' in source) return source.$plain
    const value = places.get(describeSecret(source))
    return value === undefined ? undefined : new Secret(value, describeSecret(source))
  }
  return {
    values: places,
    look(source): SecretLook {
      const secret = secretAt(source)
      return secret ? { type: 'found', seal: sealOf(secret) } : { type: 'missing', ...missing(source) }
    },
    learn: () => Promise.resolve(),
    retain: () => {},
    reveal(source) {
      const secret = secretAt(source)
      return secret ? okAsync(secret) : errAsync(missing(source))
    },
  }
}

function missing(source: SecretSource): SecretProblem {
  return { reason: 'not-set', msg: `${describeSecret(source)} is not set` }
}

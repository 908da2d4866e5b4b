import type { ResultAsync } from 'neverthrow'
import type { Secret, SecretProblem, SecretSource } from '../../model/secret.ts'
import type { SecretState } from '../../plan/world.ts'

/** Secrets as reconciling needs them: what is known of each, and a value at the moment it is applied. */
export interface Secrets extends SecretState {
  /** Reads these. */
  learn(secrets: Iterable<SecretSource>): Promise<unknown>
  /** Forgets all but these. */
  retain(secrets: Iterable<SecretSource>): void
  /** Reads a value, to hand it on at once. */
  reveal(secret: SecretSource): ResultAsync<Secret, SecretProblem>
}

import type { DeleteReason, KeyStay, RotateReason } from '../model/planned.ts'
import type { ObservedProviderKey, ProviderKeyName } from '../model/provider-key.ts'
import type { SecretSource } from '../model/secret.ts'

/** What is to be done about a managed provider key. */
export type KeyChange = KeyCreate | KeyRotate | KeyUpdate | KeyDelete | KeyOrphan | KeyNoop

/** Entries declare it, and it is still to be made. That is done when the first of them is applied, and not before. */
export interface KeyCreate extends ProviderKeyName {
  readonly kind: 'create'
  /** The keys of the entries that declare it, in a whole plan in order. */
  readonly entries: readonly string[]
  readonly secret: SecretSource
}

/** It is to get the value that its secret has. */
export interface KeyRotate extends ProviderKeyName {
  readonly kind: 'rotate'
  readonly id: string
  readonly entries: readonly string[]
  readonly secret: SecretSource
  readonly reason: RotateReason
  readonly present: ObservedProviderKey
  readonly withheld?: KeyWithheld
  /** What the lockfile is to say where somebody else's value stays, and it does not say so yet. */
  readonly record?: string
}

/** Somebody changed its name, or took our stamp away. */
export interface KeyUpdate extends ProviderKeyName {
  readonly kind: 'update'
  readonly id: string
  readonly entries: readonly string[]
  readonly fields: readonly ('name' | 'metadata')[]
  readonly present: ObservedProviderKey
  readonly withheld?: KeyWithheld
}

export type KeyWithheld =
  /** `create-only` changes nothing that exists. */
  | 'policy'
  /** `drift: report` corrects nothing. */
  | 'report'
  /** Somebody gave it another value, maybe to close it: `drift: correct-all` gives it back the one that is declared. */
  | 'hold'

export interface KeyDelete extends ProviderKeyName {
  readonly kind: 'delete'
  readonly id: string
  readonly reason: DeleteReason
}

/** Ours, declared by no entry any more, and left there. */
export interface KeyOrphan extends ProviderKeyName {
  readonly kind: 'orphan'
  readonly id: string
  readonly stays: KeyStay
  /** The configurations that refer to it, where they keep it. */
  readonly configurations: readonly string[]
}

/** As declared. */
export interface KeyNoop extends ProviderKeyName {
  readonly kind: 'noop'
  readonly id: string
  readonly entries: readonly string[]
  /** What the lockfile is to say of its value, where it does not say so yet. */
  readonly record?: string
}

import type { ProviderKeyName } from './provider-key.ts'
import type { SecretProblem, SecretSource } from './secret.ts'

/** Words that plans and events share. */

/** How what a key may reach differs. `other`: more here, less there. */
export type Reach = 'same' | 'narrower' | 'wider' | 'other'

/** Why a configuration is to be changed. */
export type UpdateReason =
  /** The declaration changed since it was applied. */
  | 'edited'
  /** The lockfile does not know it: it was found by its stamp. */
  | 'found'
  /** It was changed on the gateway. */
  | 'drift'
  /** Only its stamp was taken away; the id in the lockfile ties it. */
  | 'stamp'

/** Why a configuration is to be deleted. */
export type DeleteReason =
  | 'not-declared'
  /** A lost attempt of ours to create what is there under another id. */
  | 'surplus'

/** Why a configuration that is declared no more stays. */
export type Stay =
  /** Only the policy `sync` deletes. */
  | 'policy'
  /** Its declaration said `protect: true`. */
  | 'protected'
  /** The lockfile does not know it, so that nobody can tell whether it was protected. */
  | 'unrecorded'
  /** Some module does not load, which may be where it is declared now. */
  | 'unloaded'
  /** It is not gone for long enough. */
  | 'grace'
  /** A cap on deletions. */
  | 'guard'
  /** Access keys refer to it. */
  | 'in-use'

/** `key-…`: of managed provider keys, which are counted by themselves. */
export type GuardName = 'delete-max' | 'delete-max-percent' | 'key-delete-max' | 'key-delete-max-percent' | 'unknown-ids'

/** Why a managed provider key is to get the declared value. */
export type RotateReason =
  /** The secret's value changed since it was applied. */
  | 'edited'
  /** The lockfile does not know what was applied. */
  | 'found'
  /** Somebody gave it another value on the gateway. */
  | 'drift'

/** Why a managed provider key that no entry declares any more stays. */
export type KeyStay = Exclude<Stay, 'protected' | 'unrecorded'>

/** What keeps an entry from being applied: a provider key that it declares. */
export type KeyProblem =
  /** The value of a managed one cannot be had. */
  | {
      readonly type: 'secret-missing'
      readonly key: ProviderKeyName
      readonly secret: SecretSource
      readonly problem: SecretProblem
    }
  /** The account has none of that name for the provider. */
  | { readonly type: 'provider-key-unknown'; readonly key: ProviderKeyName }
  /** The account has several of that name for the provider. */
  | { readonly type: 'provider-key-ambiguous'; readonly key: ProviderKeyName; readonly ids: readonly string[] }
  /** Entries declare different secrets for it. */
  | { readonly type: 'provider-key-contradiction'; readonly key: ProviderKeyName; readonly sources: readonly string[] }
  /** There is one of that name for the provider which is not ours. */
  | { readonly type: 'provider-key-taken'; readonly key: ProviderKeyName; readonly ids: readonly string[] }
  /** Several carry our stamp, and none of them is rubbish. */
  | { readonly type: 'provider-key-duplicate'; readonly key: ProviderKeyName; readonly ids: readonly string[] }

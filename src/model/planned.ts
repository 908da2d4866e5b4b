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

export type GuardName = 'delete-max' | 'delete-max-percent' | 'unknown-ids'

/** Why a text is not a lockfile we can use. Lines and columns count from 1. */
export type LockfileProblem = Damage | NewerVersion

export type Damage =
  /** Not UTF-8. */
  | { readonly type: 'not-text' }
  /** `truncated`: it is JSON as far as it goes. */
  | { readonly type: 'not-json'; readonly line: number; readonly column: number; readonly truncated: boolean }
  /** Git left its conflict markers in it. */
  | { readonly type: 'merge-conflict'; readonly line: number }
  /** One property twice in one object, as a careless merge makes it: whichever is read, the other is lost. */
  | { readonly type: 'repeated-property'; readonly property: string; readonly line: number }
  | WrongShape
  /** Two keys claim one configuration. */
  | { readonly type: 'duplicate-id'; readonly id: string; readonly keys: readonly [string, string] }

export interface WrongShape {
  readonly type: 'wrong-shape'
  /** `entries["team-a/chatbot"].id`; empty for the whole document. */
  readonly path: string
  readonly expected: string
  readonly came: string
}

/** Written by a later aigw-sync: to be refused, since setting it aside would lose what only that version understands. */
export interface NewerVersion {
  readonly type: 'newer-version'
  readonly version: number
}

/** What the operating system said. */
export interface SystemFailure {
  /** `ENOSPC`, `EACCES`, … */
  readonly code: string
  readonly msg: string
}

/** Why a lockfile cannot be opened. */
export type LockfileError = LockfileRefusal | LockfileUnwritable

/** Why a lockfile that is there cannot be taken for ours: nothing is changed. */
export type LockfileRefusal = (NewerVersion & { readonly path: string }) | OtherOwner | LockfileUnreadable

/**
 * It records another owner. Refused and not set aside: with the owner renamed by mistake, everything would be created a second time
 * under the new name.
 */
export interface OtherOwner {
  readonly type: 'other-owner'
  readonly path: string
  readonly recorded: string
  /** Ours. */
  readonly owner: string
}

export type LockfileUnreadable = SystemFailure & { readonly type: 'unreadable'; readonly path: string }

export type LockfileUnwritable = SystemFailure & { readonly type: 'unwritable'; readonly path: string }

/** Why something is not recorded. `closed`: it came after `close()`. */
export type RecordError = LockfileUnwritable | (SystemFailure & { readonly type: 'closed'; readonly path: string })

/** Another process is at work on this lockfile. */
export interface LeaseHeld {
  readonly type: 'held'
  readonly pid: number
  readonly host: string
  /** RFC 3339, the holder's clock. */
  readonly since: string
}

/** The lease file can be neither had nor shown to be held. */
export type LeaseError = SystemFailure & { readonly type: 'unusable'; readonly path: string }

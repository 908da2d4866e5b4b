/** A configuration for which no module is written. */
export interface Skip {
  readonly id: string
  /** Undefined where the gateway does not have it. */
  readonly name?: string
  readonly reason: SkipReason
  /** Why, and the way out. */
  readonly msg: string
}

export type SkipReason =
  /** A module declares it. Told only where it is asked for by its id. */
  | 'declared'
  /** It is asked for by its id, and the gateway does not have it. */
  | 'unknown'
  /** It carries another owner's stamp. */
  | 'other-owner'
  /** More than one configuration is ours under its key. */
  | 'duplicate-configuration'
  /** No module can say what it is. */
  | 'not-declarable'
  /** The file could not be written, or appeared meanwhile. */
  | 'not-written'

/** Whether a person has to do something about it. What belongs to others is as it should be. */
export function isTrouble({ reason }: Skip): boolean {
  return reason !== 'other-owner'
}

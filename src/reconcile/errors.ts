import type { GatewayError } from '../gateway/errors.ts'
import type { KeyProblem } from '../model/planned.ts'
import type { Unrecorded } from './recorder.ts'

/** A provider key that the entry declares keeps it from being applied. */
export interface KeyTrouble {
  readonly type: 'provider-key'
  readonly problem: KeyProblem
}

export type ApplyError = GatewayError | Unrecorded | KeyTrouble

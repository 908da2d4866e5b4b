import type { Stamp } from './stamp.ts'

/** `AIGatewayAccessKeyConfiguration` as the gateway sent it, metadata decoded once. */
export interface ObservedConfiguration {
  readonly id: string
  readonly name: string
  readonly description?: string
  /** The raw metadata string. */
  readonly metadata?: string
  /** The ownership mark found in `metadata`, if any. */
  readonly stamp?: Stamp
  readonly access?: ObservedAccess
  readonly router?: ObservedRouter
  /** RFC 3339, by the gateway's clock. */
  readonly createdAt: string
  readonly updatedAt: string
  /** `Ref.id` of who wrote last. */
  readonly lastUpdatedBy: string
}

export interface ObservedDimension {
  readonly allow?: readonly string[]
}

export interface ObservedAccess {
  readonly providers?: ObservedDimension
  readonly models?: ObservedDimension
}

/** `RouterStepKey`: keys come back with name and redacted value. */
export interface ObservedStepKey {
  readonly id: string
  readonly name: string
  readonly keyRedacted: string
}

export interface ObservedStep {
  readonly type: string
  readonly keys?: readonly ObservedStepKey[]
  readonly keySelectionStrategy?: string
}

export interface ObservedRule {
  readonly provider?: string
  readonly model?: string
  readonly steps: readonly ObservedStep[]
}

export interface ObservedRouter {
  readonly rules?: readonly ObservedRule[]
}

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

/** An access key as far as it matters here: what it is called, never what it opens (`AIGatewayAccessKey`). */
export interface AccessKeyRef {
  readonly id: string
  readonly name?: string
}

/** The access keys that refer to a configuration, by the id of the configuration. */
export type References = ReadonlyMap<string, readonly AccessKeyRef[]>

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

import type { Loaded } from './loader.ts'
import type { ModuleRecord } from './record.ts'

/** An entry module with the evaluator. */
export interface Run<Content> {
  readonly file: string
  readonly url: string
  readonly reachable: ReadonlyMap<string, ModuleRecord>
  /** What `update` waits for: the result, or undefined when it will not wait any longer. */
  readonly awaited: PromiseWithResolvers<Loaded<Content> | undefined>
  readonly over: PromiseWithResolvers<void>
  readonly batch: Batch<Content>
  /** Imports a package somewhere. */
  readonly packages: boolean
  late: boolean
}

/** What belongs to one update, or to one call of `again`. */
export interface Batch<Content> {
  readonly again: boolean
  /** The evaluator has all of it. */
  whole: boolean
  /** It was told; what comes now comes late. */
  told: boolean
  /** What it did not wait for, and what came nevertheless before it was told. */
  readonly extra: Loaded<Content>[]
  /** How many of its entries surely import a module. */
  readonly users: Map<ModuleRecord, number>
  /** URLs of helpers that are run by themselves. */
  readonly probed: Set<string>
}

/** @param again of a call of `again`, which nobody waits for */
export function newBatch<Content>({ again }: { readonly again: boolean }): Batch<Content> {
  return { again, whole: again, told: again, extra: [], users: new Map(), probed: new Set() }
}

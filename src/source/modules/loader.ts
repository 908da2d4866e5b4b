import type { ModuleProblem, Report } from '../../model/events.ts'
import type { LaneOptions } from './lane.ts'
import { ModuleLoader } from './module-loader.ts'
import type { Change } from './table.ts'

export interface LoaderOptions extends LaneOptions {}

/** What became of an entry module. */
export type Loaded = (
  | {
      readonly ok: true
      readonly file: string
      /** Plain JSON data. */
      readonly value: unknown
      /** Made by `defineConfigs`: a configuration under each name. */
      readonly several: boolean
    }
  | { readonly ok: false; readonly file: string; readonly problem: ModuleProblem }
) & {
  /** Of a run of `again`. */
  readonly again?: boolean
}

export interface Update {
  readonly loaded: readonly Loaded[]
  /** Entry modules that are still running: each comes through `onLate`, unless a later update makes it stale. */
  readonly late: readonly string[]
  /** How many entry modules the evaluator was asked to run; data files, and what cannot be loaded at all, need no run. */
  readonly evaluated: number
}

export interface Loader {
  /**
   * Applies changes, and evaluates the entry modules they affect: those changed, and those that import a changed, new or vanished
   * file, transitively. Calls are served in their order. None waits for a module that runs long: `late` names those.
   */
  update(change: Change, isEntry: (path: string) => boolean): Promise<Update>
  /**
   * Runs once more those of these entry modules whose cause of failing may lie outside of the folder, or in a package: by themselves, in
   * children that have run nothing yet, because a child keeps for ever what has failed in it. Results come through `onLate`, and are
   * marked. Does nothing while an earlier call is at it.
   */
  again(files: ReadonlySet<string>): void
  /** Resolves when every update is served, nothing is running any more and every late result was told. */
  settled(): Promise<void>
  /** Ends the children. Nothing more is told; an update under way resolves without what it still waited for. */
  close(): Promise<void>
}

/** Starts the first child at once, so that it is warm when the files have been read. */
export function openLoader(options: LoaderOptions, report: Report, onLate: (loaded: Loaded) => void): Loader {
  return new ModuleLoader(options, report, onLate)
}

import { ok } from 'neverthrow'
import type { ModuleProblem, Report } from '../../model/events.ts'
import type { LaneOptions } from '../evaluator/lane.ts'
import { ModuleLoader } from './module-loader.ts'
import type { Change } from './table.ts'
import type { Read } from './verdict.ts'

export interface LoaderOptions extends LaneOptions {}

/** What became of an entry module. */
export type Loaded<Content = undefined> = (
  | {
      readonly ok: true
      readonly file: string
      /** Plain JSON data. */
      readonly value: unknown
      /** Made by `defineConfigs`: a configuration under each name. */
      readonly several: boolean
      /** What the value was read as. */
      readonly content: Content
    }
  /** All that is wrong with it, in the order of its lines. */
  | { readonly ok: false; readonly file: string; readonly problems: readonly ModuleProblem[] }
) & {
  /** Of a run of `again`. */
  readonly again?: boolean
}

export interface Update<Content = undefined> {
  readonly loaded: readonly Loaded<Content>[]
  /** Entry modules that are still running: each comes through `onLate`, unless a later update makes it stale. */
  readonly late: readonly string[]
  /** How many entry modules the evaluator was asked to run; data files, and what cannot be loaded at all, need no run. */
  readonly evaluated: number
}

export interface Loader<Content = undefined> {
  /**
   * Applies changes, and evaluates the entry modules they affect: those changed, and those that import a changed, new or vanished
   * file, transitively. Calls are served in their order. None waits for a module that runs long: `late` names those.
   */
  update(change: Change, isEntry: (path: string) => boolean): Promise<Update<Content>>
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

type OnLate<Content> = (loaded: Loaded<Content>) => void

/** Starts the first child at once, so that it is warm when the files have been read. @param read any value will do without it */
export function openLoader(options: LoaderOptions, report: Report, onLate: OnLate<undefined>): Loader
export function openLoader<Content>(
  options: LoaderOptions,
  report: Report,
  onLate: OnLate<Content>,
  read: Read<Content>,
): Loader<Content>
export function openLoader(
  options: LoaderOptions,
  report: Report,
  onLate: OnLate<never>,
  read: Read<unknown> = () => ok(undefined),
): Loader<unknown> {
  return new ModuleLoader(options, report, onLate as OnLate<unknown>, read) // each way to call it has both for one content
}

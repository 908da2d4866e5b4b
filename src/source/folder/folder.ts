import { resolve } from 'node:path'
import { err, ok, type Result, ResultAsync } from 'neverthrow'
import type { ModuleProblem, Report } from '../../model/events.ts'
import type { SourceFile } from './file.ts'
import { openGuard } from './guard.ts'
import { Keeper } from './keeper.ts'
import { findDanger, findRoot, type FolderError } from './root.ts'

export type { FolderError } from './root.ts'

export interface FolderOptions {
  readonly dir: string
  /** Quiet time after the last event of a burst before anything is told. */
  readonly settleMs: number
  /** Default true: what others than root and our own user may write is not read. */
  readonly strictPermissions?: boolean
  /** Default true. False: look once, and never again unless asked. */
  readonly watch?: boolean
}

/** What differs from what was last told. */
export interface FolderChange {
  /** New and changed files, and those that can be read again, by path. */
  readonly upserted: readonly SourceFile[]
  /** Paths of files and problems that are no more. */
  readonly removed: readonly string[]
  /** Files and folders that exist and cannot be read: each told once until it changes. What they last held still counts. */
  readonly problems: readonly ModuleProblem[]
  /** False while the folder is missing, or some folder in it cannot be listed: that a file was never told then means nothing. */
  readonly complete: boolean
  readonly cause: 'start' | 'change' | 'scan'
}

export interface Folder {
  /** Looks at everything; differences go to the listener. Resolves when they were delivered, removals among them. */
  rescan(): Promise<void>
  /** Afterwards the listener is not called any more. */
  close(): Promise<void>
}

/**
 * Keeps telling which source files a folder holds. The listener is called for one change at a time: first with everything there
 * is, then with what differs. Resolves when the first change was delivered and the folder is watched, with no gap between.
 * @returns err when the folder is missing, is no folder, cannot be listed, or is not safe
 */
export function openFolder(
  options: FolderOptions,
  listener: (change: FolderChange) => void,
  report: Report,
): ResultAsync<Folder, FolderError> {
  return new ResultAsync(open(options, listener, report))
}

async function open(
  { dir, settleMs, strictPermissions = true, watch = true }: FolderOptions,
  listener: (change: FolderChange) => void,
  report: Report,
): Promise<Result<Folder, FolderError>> {
  const path = resolve(dir)
  const root = findRoot(path)
  if (root.isErr()) return err(root.error)
  const guard = openGuard(strictPermissions)
  const danger = findDanger(path, guard)
  if (danger) return err(danger)
  const keeper = new Keeper({ dir: path, root: root.value, guard, settleMs, listener, report })
  await keeper.start(watch)
  return ok(keeper)
}

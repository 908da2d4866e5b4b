import { err, ok, type Result } from 'neverthrow'
import type { DesiredState } from '../model/entry.ts'
import type { ModuleProblem, Report } from '../model/events.ts'
import { Source, type SourceOptions } from '../source/source.ts'
import type { FolderFailure } from './house.ts'

/** What the folder declares, read once. */
export interface Declared {
  readonly desired: DesiredState
  /** How many modules there are, whether they load or not. */
  readonly files: number
  /** Why some do not load, by file. */
  readonly problems: readonly ModuleProblem[]
}

/**
 * Loads the folder once, every module of it, and lets it go again.
 * @param report told of what is not in the outcome
 */
export async function readDeclared(
  options: Omit<SourceOptions, 'watch'>,
  report: Report,
): Promise<Result<Declared, FolderFailure>> {
  const problems: ModuleProblem[] = []
  let files = 0
  const source = new Source({ ...options, watch: false }, (event) => {
    if (event.event === 'source.invalid') problems.push(event)
    else if (event.event === 'source.loaded') files = event.files
    else report(event)
  })
  const opened = await source.open(() => {})
  void source.close() // nobody needs to wait for the end of the evaluator
  if (opened.isErr()) return err({ type: 'folder', reason: opened.error })
  return ok({ desired: source.desired, files, problems: problems.toSorted(byFile) })
}

/** Those of one file stay in the order in which they were found. */
function byFile(a: ModuleProblem, b: ModuleProblem): number {
  if (a.file === b.file) return 0
  return a.file < b.file ? -1 : 1
}

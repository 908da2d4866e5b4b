import type { ModuleProblem } from '../../model/events.ts'
import type { SourceFile } from './file.ts'
import type { Known, Sight } from './look.ts'
import type { Finding, Stamp } from './read.ts'

/** How what was seen differs from what was last told. */
export interface Difference {
  readonly upserted: readonly SourceFile[]
  readonly removed: readonly string[]
  readonly problems: readonly ModuleProblem[]
}

/** Remembers what was told, and decides what to tell next. Knows no clock and no disk. */
export interface Ledger extends Known {
  /** Takes in what was seen at `now` (milliseconds, any origin) and says what is new. */
  take(sight: Sight, now: number): Difference
  /** When `unfinished` should be looked at again; undefined while nothing is. */
  due(): number | undefined
  /** Paths whose absence is not yet believed, and those that wait for them. */
  unfinished(): readonly string[]
  /** Paths whose problem lies elsewhere (where a link leads, what a folder permits), so that nothing may be heard when it ends. */
  troubled(): readonly string[]
  /** Forgets what is unfinished: it was seen while the folder itself was going, and a look at everything finds it again. */
  forgetUnfinished(): void
  /** Whether every folder could be listed. */
  complete(): boolean
}

/** How long a path must be absent before that is told: editors delete a file and create it again when they save. */
export const CONFIRM_MS = 100

interface Told {
  /** Of the content last told; undefined where there was none. */
  readonly hash?: string
  readonly problem?: ModuleProblem
  readonly stamp?: Stamp
}

interface State {
  readonly told: Map<string, Told>
  /** When a known path was first found missing. */
  readonly absent: Map<string, number>
  /** New paths that are probably where an absent one moved to. */
  readonly held: Set<string>
  readonly unlisted: Set<string>
  readonly troubled: Set<string>
}

export function createLedger(): Ledger {
  const state: State = { told: new Map(), absent: new Map(), held: new Set(), unlisted: new Set(), troubled: new Set() }
  const { told, absent, held, unlisted, troubled } = state
  return {
    paths: () => told.keys(),
    has: (path) => told.has(path),
    stamp: (path) => trustedStamp(told.get(path)),
    take: (sight, now) => take(state, sight, now),
    due: () => due(state),
    unfinished: () => [...absent.keys(), ...held],
    troubled: () => [...troubled],
    forgetUnfinished: () => {
      absent.clear()
      held.clear()
    },
    complete: () => unlisted.size === 0,
  }
}

/** A problem may have its cause outside the file, so the file's own stamp says nothing. */
function trustedStamp(known: Told | undefined): string | undefined {
  return known?.problem === undefined && known?.stamp?.settled === true ? known.stamp.value : undefined
}

function take(state: State, sight: Sight, now: number): Difference {
  for (const path of sight.listed) state.unlisted.delete(path)
  const removed = takeMissing(state, sight.findings, now)
  for (const path of sight.unlisted) state.unlisted.add(path)
  return { removed, ...takePresent(state, sight.findings) }
}

function takeMissing(
  { told, absent, held, unlisted, troubled }: State,
  findings: ReadonlyMap<string, Finding>,
  now: number,
): string[] {
  const removed = []
  for (const [path, finding] of findings) {
    held.delete(path)
    unlisted.delete(path)
    troubled.delete(path)
    if (finding.type !== 'missing' || !told.has(path)) absent.delete(path)
    else if (!absent.has(path)) absent.set(path, now)
    else if (now - (absent.get(path) ?? now) >= CONFIRM_MS) removed.push(path)
  }
  for (const path of removed) {
    absent.delete(path)
    told.delete(path)
  }
  return removed.toSorted()
}

function takePresent(state: State, findings: ReadonlyMap<string, Finding>): Omit<Difference, 'removed'> {
  const upserted: SourceFile[] = []
  const problems: ModuleProblem[] = []
  const absentHashes = new Set([...state.absent.keys()].map((path) => state.told.get(path)?.hash))
  for (const [path, finding] of findings) {
    if (finding.type === 'file' && takeFile(state, path, finding, absentHashes)) upserted.push(finding.file)
    if (finding.type === 'problem' && takeProblem(state, path, finding)) problems.push(finding.problem)
  }
  return {
    upserted: upserted.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    problems: problems.toSorted((a, b) => (a.file < b.file ? -1 : 1)),
  }
}

/** @returns whether it is to be told */
function takeFile(
  { told, held }: State,
  path: string,
  { file, stamp }: Extract<Finding, { type: 'file' }>,
  absentHashes: ReadonlySet<string | undefined>,
): boolean {
  const known = told.get(path)
  if (known === undefined && seemsMoved(file, absentHashes)) {
    held.add(path)
    return false
  }
  told.set(path, { hash: file.hash, stamp })
  return known?.hash !== file.hash || known.problem !== undefined
}

/** A new file that has the content of an absent one, or names the key it had, is told together with the other's removal. */
function seemsMoved(file: SourceFile, absentHashes: ReadonlySet<string | undefined>): boolean {
  return absentHashes.has(file.hash) || (absentHashes.size > 0 && file.text.includes('renamedFrom'))
}

/** @returns whether it is to be told */
function takeProblem(
  { told, troubled }: State,
  path: string,
  { problem, stamp }: Extract<Finding, { type: 'problem' }>,
): boolean {
  const known = told.get(path)
  if (stamp === undefined) troubled.add(path)
  told.set(path, { ...(known?.hash !== undefined && { hash: known.hash }), problem, ...(stamp && { stamp }) })
  return known?.problem?.msg !== problem.msg || known.stamp?.value !== stamp?.value
}

function due({ absent, held }: State): number | undefined {
  const since = oldest(absent)
  if (since !== undefined) return since + CONFIRM_MS
  return held.size > 0 ? 0 : undefined
}

/** Maps keep the order of insertion, and `now` only grows. */
function oldest(absent: ReadonlyMap<string, number>): number | undefined {
  return absent.values().next().value
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SyncEvent } from '../../../src/model/events.ts'
import { type Folder, type FolderChange, type FolderOptions, openFolder } from '../../../src/source/folder/folder.ts'

/** A folder in the system's temporary one, removed with everything beside it. */
export interface Scratch {
  readonly dir: string
  /** Outside of `dir`, removed as well. */
  readonly outside: string
  [Symbol.dispose](): void
}

export function createScratch(): Scratch {
  const outside = mkdtempSync(join(tmpdir(), 'aigw-sync-folder-'))
  const dir = mkdtempSync(join(outside, 'configs-'))
  return { dir, outside, [Symbol.dispose]: () => rmSync(outside, { recursive: true, force: true }) }
}

/** What an open folder told, in order and summed up. */
export interface Recorder {
  readonly changes: readonly FolderChange[]
  readonly events: readonly SyncEvent[]
  /** Text by path, as told so far. */
  readonly texts: ReadonlyMap<string, string>
  readonly folder: Folder
  /** Waits for the listener until the condition holds. */
  until(condition: () => boolean): Promise<void>
  /** Every path that was ever told as removed. */
  removed(): readonly string[]
  problems(): readonly string[]
  /** Lets everything that is still on its way arrive. */
  settled(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export async function record(dir: string, options: Partial<FolderOptions> = {}): Promise<Recorder> {
  const changes: FolderChange[] = []
  const events: SyncEvent[] = []
  const texts = new Map<string, string>()
  const waiting = new Set<() => void>()
  const wake = (): void => {
    for (const check of waiting) check()
  }
  const hear = (change: FolderChange): void => {
    changes.push(change)
    for (const path of change.removed) texts.delete(path)
    for (const file of change.upserted) texts.set(file.path, file.text)
    wake()
  }
  const report = (event: SyncEvent): void => {
    events.push(event)
    wake()
  }
  const until = (condition: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (!condition()) return
        waiting.delete(check)
        resolve()
      }
      waiting.add(check)
      check()
    })
  const opened = await openFolder({ dir, settleMs: 20, ...options }, hear, report)
  if (opened.isErr()) throw new Error(opened.error.msg)
  const folder = opened.value
  return {
    changes,
    events,
    texts,
    folder,
    until,
    removed: () => changes.flatMap((change) => change.removed),
    problems: () => changes.flatMap((change) => change.problems.map((problem) => problem.file)),
    settled: () => folder.rescan(),
    [Symbol.asyncDispose]: () => folder.close(),
  }
}

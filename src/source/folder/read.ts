import { hash } from 'node:crypto'
import { type BigIntStats, closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import type { ModuleProblem } from '../../model/events.ts'
import type { SourceFile } from './file.ts'
import type { Guard } from './guard.ts'
import { refusalOf } from './hazard.ts'
import { isEntryPath } from './rules.ts'
import { errorCode, isMissing } from './system.ts'

/** What a look found at the path of a file. */
export type Finding =
  | { readonly type: 'file'; readonly file: SourceFile; readonly stamp: Stamp }
  | { readonly type: 'problem'; readonly problem: ModuleProblem; readonly stamp?: Stamp }
  /** The stamp is the one it had when it was last read, so it was not read again. */
  | { readonly type: 'same' }
  | { readonly type: 'missing' }

/** Tells without reading that a file was not written since. */
export interface Stamp {
  /** Size, times and inode number. */
  readonly value: string
  /** False while the file is so young that a write within the same tick of the file system's clock would not show. */
  readonly settled: boolean
}

const MEGABYTE = 1024 * 1024

/** Of a module or a data entry, which people write. */
const LIMIT = MEGABYTE

/** Of a JSON file that modules import, such as a list of models. */
const IMPORTED_LIMIT = 4 * MEGABYTE

/** FAT keeps times in steps of two seconds; everything else is finer. */
const CLOCK_STEP_MS = 2_000

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Reads a regular file. The stamp is taken before the content: what is written in between shows as a different stamp later.
 * @param path below the folder
 * @param real where to open it
 */
export function readSource(path: string, real: string, guard: Guard): Finding {
  let descriptor: number | undefined
  try {
    // O_NONBLOCK: should a pipe have taken the file's place, opening it must not wait for a writer.
    descriptor = openSync(real, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW)
    return readOpen(path, real, descriptor, guard)
  } catch (error) {
    const code = errorCode(error)
    return isMissing(code) ? { type: 'missing' } : { type: 'problem', problem: unreadable(path, refusal(code)) }
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

/** Something that is there, and cannot be a module or is not to be one. */
export function unreadable(file: string, why: string, problem: 'unreadable' | 'unsafe' = 'unreadable'): ModuleProblem {
  return { file, problem, msg: `${file} ${why}.` }
}

export function stampOf(stats: BigIntStats): Stamp {
  const age = Date.now() - Number((stats.mtimeNs > stats.ctimeNs ? stats.mtimeNs : stats.ctimeNs) / 1_000_000n)
  // Joined, it is one text; a template would be kept as the tree of its parts.
  return { value: [stats.size, stats.mtimeNs, stats.ctimeNs, stats.ino].join(':'), settled: age > CLOCK_STEP_MS }
}

/** Its owner and permissions are asked of the open file: another one may have its name by now. */
function readOpen(path: string, real: string, descriptor: number, guard: Guard): Finding {
  const stats = fstatSync(descriptor, { bigint: true })
  const stamp = stampOf(stats)
  if (!stats.isFile()) return { type: 'problem', problem: unreadable(path, 'is not a regular file'), stamp }
  const hazard = guard.within(real, stats)
  if (hazard) return { type: 'problem', problem: unreadable(path, refusalOf(hazard), 'unsafe'), stamp }
  const limit = path.endsWith('.json') && !isEntryPath(path) ? IMPORTED_LIMIT : LIMIT
  if (stats.size > limit) return { type: 'problem', problem: unreadable(path, tooLarge(stats.size, limit)), stamp }
  const bytes = readFileSync(descriptor)
  const text = decode(bytes)
  if (text === undefined) return { type: 'problem', problem: unreadable(path, 'is not UTF-8; save it in that encoding'), stamp }
  return { type: 'file', file: { path, text, hash: hash('sha256', bytes) }, stamp }
}

function tooLarge(size: bigint, limit: number): string {
  const most =
    limit === LIMIT ? 'a module or a data file may have at most 1' : 'a JSON file that modules import may have at most 4'
  return `has ${(Number(size) / MEGABYTE).toFixed(2)} MB, and ${most}; say it in several files`
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined // the decoder's only complaint: these bytes are not UTF-8
  }
}

function refusal(code: string): string {
  if (code === 'EACCES')
    return 'may not be read by the user that runs aigw-sync (EACCES); give it the file with chown or chmod u+r'
  return `cannot be read (${code})`
}

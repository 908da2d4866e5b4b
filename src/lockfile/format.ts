import { err, ok, type Result } from 'neverthrow'
import type { LockfileProblem } from './errors.ts'
import type { AppliedEntry, Lockfile } from './lockfile.ts'
import { scanJson } from './scan.ts'
import { checkShape, type LockfileJson } from './shape.ts'

/** Some 50 KB: V8 sweeps younger texts away in passing, and keeps larger ones until it collects everything. */
const ENTRIES_A_PART = 128

/**
 * The text of a lockfile: JSON with one property a line, sorted at every level by UTF-16 code units (but whole numbers first, as
 * objects keep them), and a final newline. Equal lockfiles have equal texts, whatever the order in which entries were recorded.
 *
 * All of it anew for each write: with 10,000 entries that takes 11 ms, less than to put it together from texts kept for each entry.
 */
export function formatLockfile(lockfile: Lockfile): string {
  return [...lockfileParts(lockfile)].join('')
}

/** The same in parts, each made when it is asked for, of the lockfile as it is now: an entry is never changed, only replaced. */
export function lockfileParts({ lockfileVersion, owner, apiUrl, entries }: Lockfile): Iterable<string> {
  const head = `{\n  "apiUrl": ${JSON.stringify(apiUrl)},\n  "entries": {`
  const tail = `},\n  "lockfileVersion": ${lockfileVersion},\n  "owner": ${JSON.stringify(owner)}\n}\n`
  const sorted = Object.entries(sortedObject([...entries])) as [string, AppliedEntry][]
  return sorted.length === 0 ? [head + tail] : parts(head, sorted, tail)
}

function* parts(head: string, sorted: readonly [string, AppliedEntry][], tail: string): Generator<string> {
  for (let at = 0; at < sorted.length; at += ENTRIES_A_PART) {
    const text = linesOf(sorted.slice(at, at + ENTRIES_A_PART))
    const isLast = at + ENTRIES_A_PART >= sorted.length
    yield `${at === 0 ? head : ','}\n${text}${isLast ? `\n  ${tail}` : ''}`
  }
}

const OPENING = '{\n  "entries": {\n'
const CLOSING = '\n  }\n}'

function linesOf(entries: readonly [string, AppliedEntry][]): string {
  const ordered = Object.fromEntries(entries.map(([key, entry]) => [key, orderedEntry(entry)]))
  return JSON.stringify({ entries: ordered }, undefined, 2).slice(OPENING.length, -CLOSING.length)
}

/** Names each property, so that nothing is written that could not be read again. */
function orderedEntry({ appliedAt, digest, id, name, nonce, protect, secrets, source, updatedAt }: AppliedEntry): object {
  return { appliedAt, digest, id, name, nonce, protect, secrets: sortedObject(Object.entries(secrets)), source, updatedAt }
}

/** With `Object.fromEntries`, which takes `__proto__` for a name like any other. */
function sortedObject(properties: [string, unknown][]): object {
  return Object.fromEntries(properties.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/**
 * Reads the text of a lockfile. Takes any JSON of the right shape, however it is laid out.
 * @returns err for anything less than a whole lockfile of version 1, and for one of a later version
 */
export function parseLockfile(text: string): Result<Lockfile, LockfileProblem> {
  return parseJson(text)
    .andThen(refuseNewer)
    .andThen(checkShape)
    .andThen((json) => refuseRepeated(text, toLockfile(json)))
    .andThen(refuseDuplicateIds)
}

function parseJson(text: string): Result<unknown, LockfileProblem> {
  try {
    return ok(JSON.parse(text))
  } catch {
    return err(findMarker(text) ?? findBreak(text))
  }
}

function findMarker(text: string): LockfileProblem | undefined {
  const offset = text.search(/^(?:<{7}|>{7}) /m)
  return offset === -1 ? undefined : { type: 'merge-conflict', line: lineOf(text, offset) }
}

function findBreak(text: string): LockfileProblem {
  const finding = scanJson(text)
  const offset = finding?.offset ?? text.length
  const line = lineOf(text, offset)
  const column = offset - text.lastIndexOf('\n', offset - 1)
  return { type: 'not-json', line, column, truncated: offset === text.length }
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

function refuseNewer(json: unknown): Result<unknown, LockfileProblem> {
  const version: unknown = typeof json === 'object' && json !== null && 'lockfileVersion' in json && json.lockfileVersion
  return typeof version === 'number' && version > 1 ? err({ type: 'newer-version', version }) : ok(json)
}

function toLockfile({ owner, apiUrl, entries }: LockfileJson): Lockfile {
  return { lockfileVersion: 1, owner, apiUrl, entries: new Map(Object.entries(entries)) }
}

/** `JSON.parse` takes the last of two. What reads as it was written has nothing twice, and needs no scan. */
function refuseRepeated(text: string, lockfile: Lockfile): Result<Lockfile, LockfileProblem> {
  const finding = formatLockfile(lockfile) === text ? undefined : scanJson(text)
  if (finding?.type !== 'repeated') return ok(lockfile)
  return err({ type: 'repeated-property', property: finding.property, line: lineOf(text, finding.offset) })
}

function refuseDuplicateIds(lockfile: Lockfile): Result<Lockfile, LockfileProblem> {
  const keys = new Map<string, string>()
  for (const [key, { id }] of lockfile.entries) {
    const other = keys.get(id)
    if (other !== undefined) return err({ type: 'duplicate-id', id, keys: [other, key] })
    keys.set(id, key)
  }
  return ok(lockfile)
}

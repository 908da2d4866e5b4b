import { err, ok, type Result } from 'neverthrow'
import { contentDigest } from '../../model/digest.ts'
import { entryKey } from '../../source/folder/rules.ts'
import { plain } from '../../source/evaluator/plain.ts'
import { type ParseOptions, parseModule } from '../../source/parse/parse.ts'
import { declarationOf, keyNamesOf } from './declare.ts'
import { type Seat, seatOf } from './file-names.ts'
import { moduleOfOne, moduleOfSeveral, type Wording } from './module-text.ts'
import { Seats, type Taken } from './seats.ts'
import type { Candidate } from './select.ts'
import type { Skip } from './skip.ts'

/** A module to be written. */
export interface ModuleDraft {
  /** Below the folder. */
  readonly file: string
  readonly text: string
  readonly subjects: readonly Subject[]
}

/** An entry that a module will declare. */
export interface Subject {
  readonly key: string
  readonly id: string
  readonly name: string
  /** It takes over a configuration that nobody owns. */
  readonly adopts: boolean
}

export interface Drafts {
  readonly modules: readonly ModuleDraft[]
  readonly skipped: readonly Skip[]
}

/** In bytes of UTF-8: what the folder takes. */
const TEXT_LIMIT = 1024 * 1024

/** Modules for candidates, each of which loads and declares what is there; and which candidates cannot be declared. */
export function draftModules(candidates: readonly Candidate[], taken: Taken, options: ParseOptions): Drafts {
  const seats = new Seats({ ...taken, keys: [...taken.keys, ...candidates.flatMap(({ key }) => key ?? [])] })
  const skipped: Skip[] = []
  const placed: Placed[] = []
  for (const candidate of candidates.toSorted(byClaim)) {
    const seat = seats.find(candidate)
    place(candidate, seat, options).match(
      (each) => {
        seats.take(seat)
        placed.push(each)
      },
      (msg) => skipped.push(skipOf(candidate.configuration, msg)),
    )
  }
  const drafted = [...Map.groupBy(placed, ({ seat }) => seat.file)].map(([file, members]) => moduleOf(file, members))
  const modules = drafted.filter(isShort).toSorted((a, b) => (a.file < b.file ? -1 : 1))
  const tooLong = drafted.filter((module) => !isShort(module)).flatMap(({ subjects }) => subjects)
  return { modules, skipped: [...skipped, ...tooLong.map((subject) => skipOf(subject, TOO_LONG))] }
}

const TOO_LONG = `its module would have more than ${TEXT_LIMIT} bytes; where it is one of several, import it by its id`

function isShort({ text }: ModuleDraft): boolean {
  return Buffer.byteLength(text) <= TEXT_LIMIT
}

interface Placed {
  readonly seat: Seat
  readonly subject: Subject
  readonly wording: Wording
}

/** What is ours has a place of its own already, a module of one before what shares a module. */
function byClaim(a: Candidate, b: Candidate): number {
  return rank(a) - rank(b)
}

function rank({ key }: Candidate): number {
  if (key === undefined) return 2
  return seatOf(key)?.member === undefined ? 0 : 1
}

/** @returns err with why it cannot be declared */
function place(candidate: Candidate, seat: Seat, options: ParseOptions): Result<Placed, string> {
  const { configuration, isProtected } = candidate
  const { id, name } = configuration
  const pathKey = entryKey(seat.file) + (seat.member === undefined ? '' : `#${seat.member}`)
  const key = candidate.key ?? pathKey
  const declaration = declarationOf(configuration, {
    ...(candidate.key === undefined && { adopt: id }),
    ...(key !== pathKey && { key }),
    ...(isProtected && { protect: true }),
  })
  const subject = { key, id, name, adopts: declaration.adopt !== undefined }
  const wording = { declaration, keyNames: keyNamesOf(configuration) }
  const placed = { seat, subject, wording }
  return check(placed, options, contentDigest(configuration)).map(() => placed)
}

/** The project's own parser says whether the module will load, and whether it will then say what is there. */
function check({ seat, subject, wording }: Placed, options: ParseOptions, digest: string): Result<void, string> {
  const { declaration } = wording
  const { file, member } = seat
  const module = plain(member === undefined ? declaration : Object.fromEntries([[member, declaration]]))
  if (!module.ok) return err(`${module.path || 'it'}: ${module.msg}`)
  const parsed = parseModule({ file, value: module.value, several: member !== undefined }, options)
  if (parsed.isErr()) return err(parsed.error.map(({ path, msg }) => (path === '' ? msg : `${path}: ${msg}`)).join('; '))
  const [entry] = parsed.value
  if (entry?.key !== subject.key || entry.digest !== digest) return err('a module cannot say exactly what is there')
  return ok()
}

function moduleOf(file: string, members: readonly Placed[]): ModuleDraft {
  const named = members.map(({ seat, wording }) => [seat.member ?? '', wording] as const)
  const [first] = members
  const isOne = first !== undefined && first.seat.member === undefined
  const text = isOne ? moduleOfOne(first.wording) : moduleOfSeveral(named.toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return { file, text, subjects: members.map(({ subject }) => subject) }
}

function skipOf({ id, name }: Pick<Subject, 'id' | 'name'>, msg: string): Skip {
  return { id, name, reason: 'not-declarable', msg: `it cannot be declared: ${msg}` }
}

import { basename } from 'node:path/posix'
import { setImmediate } from 'node:timers/promises'
import type { Guard } from './guard.ts'
import { type Child, childrenOf, isPlainName } from './names.ts'
import { createPlaces, type FolderPlace, type HiddenPlace, type Place, type Places } from './places.ts'
import { type Finding, readSource, stampOf, unreadable } from './read.ts'
import { hasSourceExtension, isLeftAlone, isPlumbing, isProbe } from './rules.ts'
import { errorCode, isMissing } from './system.ts'

/** What a look needs to know of earlier ones. */
export interface Known {
  paths(): Iterable<string>
  has(path: string): boolean
  /** The stamp under which the file need not be read again. */
  stamp(path: string): string | undefined
}

/** What was seen. Paths that are not in `findings` were not looked for, or nothing can be said of them. */
export interface Sight {
  readonly findings: ReadonlyMap<string, Finding>
  /** Folders that exist and could not be listed: nothing can be said of what is below. */
  readonly unlisted: ReadonlySet<string>
  /** Folders that were listed. */
  readonly listed: ReadonlySet<string>
}

export interface LookOptions {
  /** The folder's real path. */
  readonly root: string
  readonly guard: Guard
  readonly known: Known
}

interface Looking extends LookOptions {
  readonly places: Places
  readonly findings: Map<string, Finding>
  readonly unlisted: Set<string>
  readonly listed: Set<string>
  /** Paths of which everything below was seen, or is gone. */
  readonly swept: Set<string>
}

/** How long a look may keep the process from other work: the gateway is listed meanwhile, page after page, and each waits for us. */
const SLICE_MS = 0.1

/**
 * Looks at paths, and at everything below those that are folders (`''` is the whole folder). The paths themselves are read
 * whatever their stamp says: somebody heard that they changed.
 *
 * The calls are synchronous, in slices: for small local files that takes half the time of reading 32 at once through the thread
 * pool, and a single save is read within a tenth of a millisecond.
 */
export async function look(options: LookOptions, paths: Iterable<string>): Promise<Sight> {
  const looking: Looking = {
    ...options,
    places: createPlaces(options.root, options.guard),
    findings: new Map(),
    unlisted: new Set(),
    listed: new Set(),
    swept: new Set(),
  }
  await inSlices(lookAtAll(looking, paths))
  if (looking.swept.size > 0) await inSlices(findAbsent(looking))
  return looking
}

/** Of a folder that is not safe: something is there, and none of it counts. */
export function unsafeSight(msg: string): Sight {
  const problem = { file: '.', problem: 'unsafe', msg } as const
  return { findings: new Map([['.', { type: 'problem', problem }]]), unlisted: new Set(['']), listed: new Set() }
}

async function inSlices(work: Iterable<void>): Promise<void> {
  let began = performance.now()
  for (const _ of work) {
    if (performance.now() - began < SLICE_MS) continue
    await setImmediate()
    began = performance.now()
  }
}

function* lookAtAll(looking: Looking, paths: Iterable<string>): Generator<void> {
  for (const told of paths) {
    const path = told === '.' ? '' : nameable(told)
    if (!isWithin(looking.listed, path)) yield* note(looking, path, looking.places.at(path), 'read')
    yield
  }
}

/** A path of which every name is plain: the folder around one that is not, in which that is found. */
function nameable(path: string): string {
  if (isPlainName(path)) return path
  const names = path.split('/')
  return names
    .slice(
      0,
      names.findIndex((name) => !isPlainName(name)),
    )
    .join('/')
}

function* note(looking: Looking, path: string, place: Place, how: 'read' | 'compare'): Generator<void> {
  switch (place.type) {
    case 'file':
      looking.findings.set(path, fileFinding(looking, path, place, how))
      break
    case 'folder':
      if (isProbe(basename(path))) noteHidden(looking, path, { msg: PROBE, mayHoldFiles: true })
      else {
        looking.findings.set(path || '.', { type: 'missing' })
        yield* list(looking, path, place)
      }
      break
    case 'hidden':
      noteHidden(looking, path, place)
      break
    case 'missing':
      // What was known as a file has nothing below; anything else may have been a folder.
      if (!looking.known.has(path)) looking.swept.add(path)
      looking.findings.set(path, { type: 'missing' })
      break
    case 'unknown':
      break
  }
}

function fileFinding(looking: Looking, path: string, place: Extract<Place, { type: 'file' }>, how: 'read' | 'compare'): Finding {
  if (!hasSourceExtension(path)) return { type: 'missing' }
  const unchanged = how === 'compare' && looking.known.stamp(path) === stampOf(place.stats).value
  return unchanged ? { type: 'same' } : readSource(path, place.real, looking.guard)
}

function* list(looking: Looking, path: string, folder: FolderPlace): Generator<void> {
  const children = readFolder(looking, path, folder)
  if (children === undefined) return
  looking.swept.add(path)
  looking.listed.add(path)
  for (const { name, isFile, isFolder, fault } of children) {
    if (isPlumbing(name) || (isFile && !hasSourceExtension(name)) || (isLeftAlone(name) && !(isFolder && isProbe(name)))) continue
    const below = (last: string): string => (path === '' ? last : `${path}/${last}`)
    if (fault !== undefined) noteNamed(looking, below(fault.shown), fault.why, isFolder)
    else yield* note(looking, below(name), looking.places.in(folder, name), 'compare')
    yield
  }
}

const PROBE = 'is a folder with the name of a file by which editors try what they may write, and is left alone; rename it'

/** With a stamp, since only its folder tells when it ends: its own path leads nowhere. */
function noteNamed(looking: Looking, path: string, why: string, isFolder: boolean): void {
  noteHidden(looking, path, { msg: why, mayHoldFiles: isFolder })
  const finding = looking.findings.get(path)
  if (finding?.type === 'problem') looking.findings.set(path, { ...finding, stamp: { value: 'named', settled: true } })
}

function readFolder(looking: Looking, path: string, folder: FolderPlace): readonly Child[] | undefined {
  try {
    return childrenOf(folder.real)
  } catch (error) {
    const code = errorCode(error)
    if (isMissing(code)) looking.swept.add(path)
    else
      noteHidden(looking, path, {
        msg: `is a folder that cannot be listed (${code}); the user that runs aigw-sync needs chmod u+rx`,
        mayHoldFiles: true,
      })
    return undefined
  }
}

function noteHidden(looking: Looking, path: string, { msg, problem, mayHoldFiles }: Omit<HiddenPlace, 'type'>): void {
  if (mayHoldFiles) looking.unlisted.add(path)
  else looking.swept.add(path)
  const matters = mayHoldFiles || hasSourceExtension(path)
  const name = path || '.'
  looking.findings.set(name, matters ? { type: 'problem', problem: unreadable(name, msg, problem) } : { type: 'missing' })
}

/** Known paths below something that was seen whole, and that were not seen, are missing. */
function* findAbsent({ known, findings, swept, unlisted }: Looking): Generator<void> {
  for (const path of known.paths()) {
    if (!findings.has(path) && isWithin(swept, path) && !isWithin(unlisted, path)) findings.set(path, { type: 'missing' })
    yield
  }
}

/** Whether a path lies below one of the folders. */
function isWithin(folders: ReadonlySet<string>, path: string): boolean {
  if (folders.size === 0) return false
  if (folders.has('')) return path !== ''
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
    if (folders.has(path.slice(0, slash))) return true
  }
  return false
}

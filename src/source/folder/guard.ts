import { type BigIntStats, lstatSync, readlinkSync } from 'node:fs'
import { userInfo } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { type Facts, type Hazard, hazardOf, type Self } from './hazard.ts'
import { errorCode } from './system.ts'

/** Asks who else decides what modules say. */
export interface Guard {
  /** Of the folder of modules, of all above it, and of the links by which its path leads there; from the top. */
  readonly wayTo: (dir: string) => readonly Hazard[]
  /** Of something below the folder. */
  readonly within: (path: string, stats: BigIntStats) => Hazard | undefined
}

/** Takes everything as it is. */
export const UNGUARDED: Guard = { wayTo: () => [], within: () => undefined }

/** As many as Linux follows. */
const LINKS = 40

/** @param strict false: unguarded, as where the system knows no owners (Windows) */
export function openGuard(strict: boolean): Guard {
  const self = strict ? whoWeAre() : undefined
  if (self === undefined) return UNGUARDED
  const judge = (path: string, kind: Facts['kind'], stats: BigIntStats) => hazardOf(factsOf(path, kind, stats), self)
  return {
    wayTo: (dir) => {
      const { steps, end } = wayTo(dir)
      const hazards = [...steps].map(([path, stats]) => judge(path, kindOnTheWay(path === end, stats), stats))
      return hazards.filter((hazard) => hazard !== undefined)
    },
    within: (path, stats) => judge(path, stats.isDirectory() ? 'folder' : 'file', stats),
  }
}

function whoWeAre(): Self | undefined {
  const uid = process.getuid?.()
  if (uid === undefined) return undefined
  try {
    return { uid, name: userInfo().username }
  } catch {
    return { uid, name: String(uid) } // containers run as users that have no name
  }
}

function factsOf(path: string, kind: Facts['kind'], { uid, gid, mode }: BigIntStats): Facts {
  return { path, kind, uid: Number(uid), gid: Number(gid), mode: Number(mode) }
}

function kindOnTheWay(isLast: boolean, stats: BigIntStats): Facts['kind'] {
  if (stats.isSymbolicLink()) return 'link'
  return isLast ? 'folder' : 'parent'
}

interface Way {
  /** Folders and links by their paths, from the top. */
  readonly steps: ReadonlyMap<string, BigIntStats>
  /** Where it leads; undefined where something on it is gone meanwhile: then there is nothing to read either. */
  readonly end?: string
}

/**
 * Goes the way the system goes, link by link: whoever may replace a link, or a folder on the way to what it leads to, decides
 * what the folder is.
 */
function wayTo(dir: string): Way {
  const steps = new Map<string, BigIntStats>()
  try {
    return { steps, end: follow(dir, steps) }
  } catch (error) {
    errorCode(error)
    return { steps }
  }
}

function follow(dir: string, steps: Map<string, BigIntStats>): string {
  const ahead = names(dir)
  let at = '/'
  steps.set(at, lstatSync(at, { bigint: true }))
  for (let name = ahead.shift(), links = 0; name !== undefined && links <= LINKS; name = ahead.shift()) {
    const next = join(at, name) // also of `..`, since nothing in `at` is a link
    const stats = lstatSync(next, { bigint: true })
    steps.set(next, stats)
    if (!stats.isSymbolicLink()) at = next
    else {
      links += 1
      const target = readlinkSync(next)
      if (isAbsolute(target)) at = '/'
      ahead.unshift(...names(target))
    }
  }
  return at
}

function names(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.')
}

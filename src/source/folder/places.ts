import { type BigIntStats, lstatSync, realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Guard } from './guard.ts'
import { type Hazard, refusalOf } from './hazard.ts'
import { errorCode, isMissing } from './system.ts'

/** What is at a path below the folder, links followed as far as they stay inside it. */
export type Place =
  | { readonly type: 'folder'; readonly real: string; readonly above: readonly string[] }
  | { readonly type: 'file'; readonly real: string; readonly stats: BigIntStats }
  /** Something is there and cannot be had. `mayHoldFiles`: it is or could be a folder, so nothing is known of what is below. */
  | { readonly type: 'hidden'; readonly msg: string; readonly problem?: 'unsafe'; readonly mayHoldFiles: boolean }
  | { readonly type: 'missing' }
  /** Below something hidden. */
  | { readonly type: 'unknown' }

export type FolderPlace = Extract<Place, { type: 'folder' }>
export type HiddenPlace = Extract<Place, { type: 'hidden' }>

export interface Places {
  /** Asks the file system anew, but for folders it has passed through before. */
  at(path: string): Place
  /** The same for a name in a folder already found. */
  in(folder: FolderPlace, name: string): Place
}

const MISSING: Place = { type: 'missing' }

/**
 * Paths stay as they are written: a link and what it leads to are two places with one content.
 * @param root the folder's real path
 */
export function createPlaces(root: string, guard: Guard): Places {
  const folders = new Map<string, Place>([['', { type: 'folder', real: root, above: [] }]])
  const inFolder = (folder: FolderPlace, name: string) => placeIn({ root, guard }, folder, name)

  const at = (path: string): Place => {
    if (path === '') return folderAt('')
    const slash = path.lastIndexOf('/')
    const parent = folderAt(path.slice(0, Math.max(slash, 0)))
    return parent.type === 'folder' ? inFolder(parent, path.slice(slash + 1)) : below(parent)
  }

  const folderAt = (path: string): Place => {
    const place = folders.get(path) ?? at(path)
    folders.set(path, place)
    return place
  }

  return { at, in: inFolder }
}

function below(place: Place): Place {
  return place.type === 'unknown' || (place.type === 'hidden' && place.mayHoldFiles) ? { type: 'unknown' } : MISSING
}

interface Ground {
  readonly root: string
  readonly guard: Guard
}

function placeIn(ground: Ground, folder: FolderPlace, name: string): Place {
  const path = `${folder.real}/${name}`
  try {
    const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false })
    if (stats === undefined) return MISSING
    return stats.isSymbolicLink() ? follow(ground, folder, path) : found(ground, folder, path, stats)
  } catch (error) {
    const code = errorCode(error)
    return isMissing(code) ? MISSING : { type: 'hidden', msg: `cannot be looked at (${code})`, mayHoldFiles: true }
  }
}

function follow(ground: Ground, folder: FolderPlace, link: string): Place {
  const { root } = ground
  try {
    const real = realpathSync.native(link)
    const stats = statSync(real, { bigint: true })
    if (real === root || real.startsWith(`${root}/`)) {
      return unsafeBetween(ground, real, stats.isDirectory()) ?? found(ground, folder, real, stats)
    }
    const msg = `is a link that leads out of the folder, to ${real}; put a copy here instead, or link to something inside the folder`
    return { type: 'hidden', msg, mayHoldFiles: stats.isDirectory() }
  } catch (error) {
    return brokenLink(errorCode(error))
  }
}

function brokenLink(code: string): Place {
  if (isMissing(code)) return { type: 'hidden', msg: 'is a link to something that does not exist', mayHoldFiles: false }
  if (code === 'ELOOP') return { type: 'hidden', msg: 'is a link that leads back to itself', mayHoldFiles: false }
  return { type: 'hidden', msg: `is a link that cannot be followed (${code})`, mayHoldFiles: true }
}

/** The folders in which a link's target lies, which a look may not come by: those of Kubernetes, `node_modules`. */
function unsafeBetween({ root, guard }: Ground, real: string, mayHoldFiles: boolean): Place | undefined {
  for (let folder = dirname(real); folder.length > root.length; folder = dirname(folder)) {
    const hazard = guard.within(folder, lstatSync(folder, { bigint: true }))
    if (hazard) return unsafe({ ...hazard, why: `leads into ${folder}, which ${hazard.why}` }, mayHoldFiles)
  }
  return undefined
}

function found({ guard }: Ground, parent: FolderPlace, real: string, stats: BigIntStats): Place {
  if (stats.isFile()) return { type: 'file', real, stats }
  if (!stats.isDirectory()) return { type: 'hidden', msg: 'is neither a file nor a folder', mayHoldFiles: false }
  const above = [...parent.above, parent.real]
  // A link to a folder above itself holds nothing that is not already there.
  if (above.includes(real)) return MISSING
  const hazard = guard.within(real, stats)
  return hazard ? unsafe(hazard, true) : { type: 'folder', real, above }
}

function unsafe(hazard: Hazard, mayHoldFiles: boolean): Place {
  return { type: 'hidden', msg: refusalOf(hazard), problem: 'unsafe', mayHoldFiles }
}

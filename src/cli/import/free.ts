import { lstatSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Whether a file can be put at a path below a folder: nothing is there, and what leads there are folders, or nothing yet. Links
 * count as in the way, wherever they lead: a module must not appear under two paths, nor outside.
 * @param root without a link in its path; undefined for a folder that is not there yet
 */
export function isFree(root: string | undefined, file: string): boolean {
  if (root === undefined) return true
  try {
    const names = file.split('/')
    for (let depth = 1; depth < names.length; depth += 1) {
      const stats = lstatSync(join(root, ...names.slice(0, depth)), { throwIfNoEntry: false })
      if (stats === undefined) return true
      if (!stats.isDirectory()) return false
    }
    return lstatSync(join(root, file), { throwIfNoEntry: false }) === undefined
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false // ENAMETOOLONG, EACCES: no place for a file
    throw error
  }
}

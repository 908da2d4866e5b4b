import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isEntryPath, isLeftAlone } from '../../source/folder/rules.ts'

/** Whether a folder declares anything yet. Stops at the first entry. */
export async function hasEntries(dir: string, below = ''): Promise<boolean> {
  const found = await readdir(join(dir, below), { withFileTypes: true })
  const paths = found.map((entry) => ({ path: below + entry.name, isFolder: entry.isDirectory(), name: entry.name }))
  if (paths.some(({ path, isFolder }) => !isFolder && isEntryPath(path))) return true
  for (const { path, isFolder, name } of paths) {
    if (isFolder && !/^[_.]/.test(name) && !isLeftAlone(name) && (await hasEntries(dir, `${path}/`))) return true
  }
  return false
}

import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isRefusal } from './system.ts'
import { syncFolder } from './target.ts'

/**
 * Moves a file to `<name>.aside-<UTC time>` and never over an older one: the name is taken first, with an empty file.
 * @returns the new path
 * @throws system errors
 */
export async function setAside(path: string, now = new Date()): Promise<string> {
  const aside = await reserve(`${path}.aside-${now.toISOString().replace(/[-:]/g, '')}`)
  try {
    await rename(path, aside)
  } catch (error) {
    await rm(aside, { force: true })
    throw error
  }
  await syncFolder(dirname(path))
  return aside
}

async function reserve(name: string, count = 1): Promise<string> {
  const candidate = count === 1 ? name : `${name}-${count}`
  try {
    const handle = await open(candidate, 'wx', 0o600)
    await handle.close()
    return candidate
  } catch (error) {
    if (isRefusal(error, 'EEXIST')) return reserve(name, count + 1)
    throw error
  }
}

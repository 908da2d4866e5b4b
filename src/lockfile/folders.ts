import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isRefusal } from './system.ts'

/**
 * Makes a folder and those that are missing above it. Not with `mkdir`'s own `recursive`: where a folder can have no others in it and
 * says that they are missing, as below `/proc`, Node.js tries for ever.
 * @param mode of each that is made
 * @returns the topmost that was made, or undefined where all were there
 * @throws system errors
 */
export async function makeFolders(folder: string, mode: number): Promise<string | undefined> {
  const isMade = await makeOne(folder, mode).catch(ignoreMissing)
  if (isMade !== undefined) return isMade ? folder : undefined
  const parent = dirname(folder)
  const first = parent === folder ? undefined : await makeFolders(parent, mode)
  const isMadeNow = await makeOne(folder, mode)
  return first ?? (isMadeNow ? folder : undefined)
}

/** @returns false where something has the name that leads to a folder */
async function makeOne(folder: string, mode: number): Promise<boolean> {
  try {
    await mkdir(folder, { mode })
    return true
  } catch (error) {
    if (isRefusal(error, 'EEXIST') && (await isFolder(folder))) return false
    throw error
  }
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(ignoreMissing)
  return found !== undefined && found.isDirectory()
}

function ignoreMissing(error: unknown): undefined {
  if (!isRefusal(error, 'ENOENT')) throw error
}

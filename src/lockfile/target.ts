import { open, readlink, realpath } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { makeFolders } from './folders.ts'
import { isRefusal } from './system.ts'

/**
 * The file that a lockfile's path means: a symbolic link is followed, also to a target that is not there yet, so that the link
 * stays and two paths to one lockfile share one lease. Folders that are missing on the way are made, for our user alone (0700).
 * @throws system errors
 */
export async function resolveTarget(path: string): Promise<string> {
  const target = await followLinks(resolve(path))
  await makeFolder(dirname(target))
  return inRealFolder(target)
}

/**
 * The same for those who only look: nothing is made.
 * @throws system errors, `ENOENT` where its folder is missing
 */
export async function findTarget(path: string): Promise<string> {
  return inRealFolder(await followLinks(resolve(path)))
}

async function inRealFolder(target: string): Promise<string> {
  return join(await realpath(dirname(target)), basename(target))
}

/** As the kernel counts. */
const MOST_LINKS = 40

async function followLinks(path: string, links = 0): Promise<string> {
  const next = await readLink(path)
  if (next === undefined) return path
  if (links === MOST_LINKS) return realpath(path) // throws ELOOP
  return followLinks(resolve(dirname(path), next), links + 1)
}

async function readLink(path: string): Promise<string | undefined> {
  try {
    return await readlink(path)
  } catch (error) {
    if (isRefusal(error, 'EINVAL', 'ENOENT')) return undefined // no link, or nothing there
    throw error
  }
}

async function makeFolder(folder: string): Promise<void> {
  const first = await makeFolders(folder, 0o700)
  if (first === undefined) return
  for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made))
}

/** Makes the names in a folder durable: an fsync of a file does not promise that its name survives. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

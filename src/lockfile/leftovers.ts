import { readdir, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isRefusal } from './system.ts'

/** An attempt at the lease takes milliseconds; one as old as this was cut off. */
const ABANDONED_MS = 60_000

/**
 * Removes what killed processes left beside a lockfile: half-written temporary files, and traces of attempts at the lease. To be
 * called by the holder of the lease, since claims to an earlier lease mean nothing once there is another (see `lease/contend.ts`).
 * @throws system errors
 */
export async function removeLeftovers(lockfile: string): Promise<void> {
  const name = basename(lockfile)
  for (const file of await readdir(dirname(lockfile))) {
    const path = join(dirname(lockfile), file)
    if (isDeadWrite(file, name) || (isAttempt(file, name) && (await isAbandoned(path)))) await rm(path, { force: true })
  }
}

function isDeadWrite(file: string, name: string): boolean {
  const prefix = `.${name}.`
  const pid = file.startsWith(prefix) ? /^(\d+)\.tmp$/.exec(file.slice(prefix.length))?.[1] : undefined
  return pid !== undefined && !isOtherProcess(Number(pid))
}

/** Our own process has written nothing yet: that name is from an earlier one with our number. */
function isOtherProcess(pid: number): boolean {
  try {
    return pid !== process.pid && process.kill(pid, 0)
  } catch (error) {
    return isRefusal(error, 'EPERM')
  }
}

function isAttempt(file: string, name: string): boolean {
  return (
    (file.startsWith(`${name}.lease.`) && file.endsWith('.claim')) ||
    (file.startsWith(`.${name}.lease.`) && file.endsWith('.tmp'))
  )
}

async function isAbandoned(path: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs > ABANDONED_MS
  } catch (error) {
    if (isRefusal(error, 'ENOENT')) return false // whoever made it has removed it
    throw error
  }
}

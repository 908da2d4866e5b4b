import { readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { readLease } from './lease/contend.ts'
import { describeOurselves, type Holder } from './lease/holder.ts'
import { isAlive } from './lease/liveness.ts'

/**
 * Removes what killed processes left beside a lockfile: half-written temporary files, and traces of attempts at the lease. To be
 * called by the holder of the lease, since claims to an earlier lease mean nothing once there is another (see `lease/contend.ts`).
 * For the same reason a temporary file goes whoever wrote it: had somebody lost the lease to us in the middle of a write, it would
 * keep him from putting his lockfile over ours.
 * @throws system errors
 */
export async function removeLeftovers(lockfile: string): Promise<void> {
  const name = basename(lockfile)
  const ourselves = await describeOurselves()
  const files = (await readdir(dirname(lockfile), { withFileTypes: true })).filter((each) => each.isFile())
  for (const { name: file } of files) {
    const path = join(dirname(lockfile), file)
    if (isWrite(file, name) || (isAttempt(file, name) && (await isAbandoned(path, ourselves)))) await rm(path, { force: true })
  }
}

function isWrite(file: string, name: string): boolean {
  const prefix = `.${name}.`
  return file.startsWith(prefix) && /^\d+\.tmp$/.test(file.slice(prefix.length))
}

function isAttempt(file: string, name: string): boolean {
  return (
    (file.startsWith(`${name}.lease.`) && file.endsWith('.claim')) ||
    (file.startsWith(`.${name}.lease.`) && file.endsWith('.tmp'))
  )
}

/** Both hold the text of a lease, and so tell who made them. */
async function isAbandoned(path: string, ourselves: Holder): Promise<boolean> {
  const attempt = await readLease(path)
  return attempt !== undefined && !(await isAlive(attempt, ourselves))
}

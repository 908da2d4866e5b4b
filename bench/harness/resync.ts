import { join } from 'node:path'
import { askDaemon } from '../../src/daemon/admin/ask.ts'
import { clock } from './clock.ts'
import { Count } from './lines.ts'
import { logOf, type WorkOptions } from './product.ts'
import type { Stage } from './stage.ts'

/**
 * Has a daemon that is ready resync now, as `systemctl reload` does.
 * @returns a function that does it once, and resolves when the plan is made: with the milliseconds that took
 */
export function resyncer(stage: Stage, { cwd }: Pick<WorkOptions, 'cwd'>): () => Promise<number> {
  const planned = new Count(stage, logOf({ cwd }, 'run'), '"event":"plan.computed"')
  return async () => {
    const before = planned.seen
    const start = clock()
    const asked = await askDaemon(join(cwd, 'aigw-sync.lock.json'), 'POST', '/reconcile')
    if (asked.isErr()) throw new Error(`the daemon cannot be asked: ${asked.error.type}`)
    await planned.until(before + 1)
    return clock() - start
  }
}

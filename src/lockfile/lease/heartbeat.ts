import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { isRefusal } from '../system.ts'
import type { Holder } from './holder.ts'
import { HEARTBEAT_MS, parseHolder } from './liveness.ts'

/** The lease is no longer ours. `by` is left out where its file is gone or damaged. */
export interface LeaseLost {
  readonly by?: Holder
}

export interface Heartbeat {
  readonly lost: Promise<LeaseLost>
  stop(): void
}

/**
 * Touches our lease now and then, for as long as its text is ours. A touch that fails (a full or read-only disk) is not told: it is
 * no loss, nobody else can write there either, and the next one tries again.
 */
export function startHeartbeat(lease: string, text: string): Heartbeat {
  const { promise: lost, resolve } = Promise.withResolvers<LeaseLost>()
  let stopped = false
  const timer = setInterval(() => void beat().catch(() => undefined), HEARTBEAT_MS)
  timer.unref()
  const beat = async (): Promise<void> => {
    const found = await touch(lease, text)
    if (found === text || stopped) return
    clearInterval(timer)
    const by = found === undefined ? undefined : parseHolder(found)
    resolve(by ? { by } : {})
  }
  const stop = (): void => {
    stopped = true // a look under way may find the lease given up
    clearInterval(timer)
  }
  return { lost, stop }
}

/** Through one handle, so that a lease which took the name meanwhile is not touched. @returns the text found there */
async function touch(lease: string, text: string): Promise<string | undefined> {
  try {
    // `O_NONBLOCK`, since opening a named pipe would wait, each beat anew.
    const handle = await open(lease, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const found = await handle.readFile('utf8')
      const now = new Date()
      if (found === text) await handle.utimes(now, now)
      return found
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (isRefusal(error, 'ENOENT')) return undefined
    throw error
  }
}

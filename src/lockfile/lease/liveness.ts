import { isRefusal } from '../system.ts'
import { type Holder, readProcess } from './holder.ts'

/** How often a holder touches its lease. */
export const HEARTBEAT_MS = 10_000

/** A lease that was not touched for so long is stale, where its holder cannot be asked for. Six heartbeats. */
const STALE_MS = 60_000

/** A lease as it was read. */
export interface LeaseFile {
  readonly text: string
  readonly mtimeMs: number
}

/**
 * Whether the holder of a lease is still at work. Where it shares our kernel and our process numbers, the system knows, and a
 * stale heartbeat of a stopped or busy process means nothing. Elsewhere (another host, another container, before a reboot) its
 * heartbeat has to do, as it has for a lease that is no longer readable.
 */
export async function isAlive(lease: LeaseFile, ourselves: Holder, now = Date.now()): Promise<boolean> {
  const holder = parseHolder(lease.text)
  if (!holder || !isNeighbour(holder, ourselves)) return isBeating(lease, now)
  const running = await readProcess(holder.pid)
  if (running && holder.startTime !== undefined) return running.startTime === holder.startTime && !running.isZombie
  if (!isRunning(holder.pid)) return false
  return holder.startTime === undefined || isBeating(lease, now) // hidden from us, and perhaps another one by now
}

/** Undefined for a text that no holder wrote. */
export function parseHolder(text: string): Holder | undefined {
  const json = parse(text)
  if (typeof json !== 'object' || json === null) return undefined
  const { pid, host, acquiredAt } = json as Record<string, unknown>
  const isHolder = Number.isSafeInteger(pid) && Number(pid) > 0 && typeof host === 'string' && typeof acquiredAt === 'string'
  return isHolder ? (json as Holder) : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A boot id tells one running kernel from all others; where it is hidden from both, the host's name has to do. */
function isNeighbour(holder: Holder, ourselves: Holder): boolean {
  if (holder.bootId !== ourselves.bootId || holder.pidNamespace !== ourselves.pidNamespace) return false
  return ourselves.bootId !== undefined || holder.host === ourselves.host
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    if (isRefusal(error, 'ESRCH')) return false
    if (isRefusal(error, 'EPERM')) return true // somebody else's
    throw error
  }
}

/** A touch in the future, by a clock ahead of ours, counts as one just now. */
function isBeating({ mtimeMs }: LeaseFile, now: number): boolean {
  return now - mtimeMs < STALE_MS
}

import { randomBytes } from 'node:crypto'
import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { isRefusal } from '../system.ts'

/** Who holds a lease: enough to tell later whether that very process is still there. */
export interface Holder {
  readonly pid: number
  /** When the process started, in clock ticks since the boot: a later process with the same number is another one. */
  readonly startTime?: string
  readonly bootId?: string
  readonly pidNamespace?: string
  readonly host: string
  /** 128 random bits: no two leases have the same text. */
  readonly nonce: string
  /** RFC 3339. */
  readonly acquiredAt: string
}

/** Ourselves as a holder. What the system does not tell (no `/proc`, or a part of it hidden by systemd) is left out. */
export async function describeOurselves(): Promise<Holder> {
  const startTime = (await readProcess(process.pid))?.startTime
  const bootId = await known(readFile('/proc/sys/kernel/random/boot_id', 'utf8'))
  const pidNamespace = await known(readlink('/proc/self/ns/pid'))
  return {
    pid: process.pid,
    ...(startTime !== undefined && { startTime }),
    ...(bootId !== undefined && { bootId }),
    ...(pidNamespace !== undefined && { pidNamespace }),
    host: hostname(),
    nonce: randomBytes(16).toString('base64url'),
    acquiredAt: new Date().toISOString(),
  }
}

interface ProcessFacts {
  readonly startTime: string
  /** Dead, and not yet collected by its parent. */
  readonly isZombie: boolean
}

/** From `/proc/<pid>/stat` (proc(5)); undefined where the process is not there or not shown to us. */
export async function readProcess(pid: number): Promise<ProcessFacts | undefined> {
  const stat = await known(readFile(`/proc/${pid}/stat`, 'utf8'))
  // The second field, the name in parentheses, may itself hold spaces and parentheses: count from the last one.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  const state = fields?.[0]
  const startTime = fields?.[19]
  if (state === undefined || startTime === undefined) return undefined
  return { startTime, isZombie: state === 'Z' || state === 'X' }
}

async function known(reading: Promise<string>): Promise<string | undefined> {
  try {
    return (await reading).trim()
  } catch (error) {
    if (isRefusal(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'ENOTDIR')) return undefined
    throw error
  }
}

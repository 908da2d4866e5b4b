/** Other processes, as Linux shows them below `/proc`. */
import { readdirSync, readFileSync } from 'node:fs'

/** `VmRSS`. */
export function residentMb(pid: number): number {
  return megabytes(pid, 'status', /^VmRSS:\s+(\d+) kB$/m)
}

/** `Pss`: a page that several processes have counts in each of them for its part alone. */
export function proportionalMb(pid: number): number {
  return megabytes(pid, 'smaps_rollup', /^Pss:\s+(\d+) kB$/m)
}

export function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
}

/** What the threads of a process have done that are still there. */
export interface Activity {
  /** Milliseconds on a core, in user and system mode. */
  readonly cpuMs: number
  /** How often they went to sleep: each time, something woke them. */
  readonly wakeups: number
}

export function activityOf(pid: number): Activity {
  const threads = readdirSync(`/proc/${pid}/task`).map((thread) => {
    const read = (name: string) => readFileSync(`/proc/${pid}/task/${thread}/${name}`, 'utf8')
    const [nanoseconds = ''] = read('schedstat').split(' ')
    const [, switches = ''] = /^voluntary_ctxt_switches:\s+(\d+)$/m.exec(read('status')) ?? []
    return { cpuMs: Number(nanoseconds) / 1e6, wakeups: Number(switches) }
  })
  return {
    cpuMs: threads.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    wakeups: threads.reduce((sum, { wakeups }) => sum + wakeups, 0),
  }
}

function megabytes(pid: number, file: string, pattern: RegExp): number {
  const [, kilobytes] = pattern.exec(readFileSync(`/proc/${pid}/${file}`, 'utf8')) ?? []
  if (kilobytes === undefined) throw new Error(`process ${pid} has no memory`)
  return (Number(kilobytes) * 1_024) / 1_000_000
}

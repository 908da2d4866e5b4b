/** How a service manager wants to be told, by what it put into our environment. */
export interface Invitation {
  readonly way: Way
  /** It wants to hear of us at least once in this many milliseconds. */
  readonly watchdogMs?: number
}

export type Way =
  /** A descriptor that is connected to its socket: `OpenFile=/run/systemd/notify:sdnotify` (systemd.service(5), systemd 253). */
  | { readonly type: 'descriptor'; readonly fd: number }
  /** Its socket takes datagrams, which Node.js does not send: the command `systemd-notify` does. */
  | { readonly type: 'command'; readonly socket: string }

/** The name under which the unit passes the descriptor. */
export const DESCRIPTOR_NAME = 'sdnotify'

/** sd_listen_fds(3): the first descriptor that is passed. */
const FIRST_DESCRIPTOR = 3

/** @returns undefined where no service manager wants to be told */
export function readInvitation(env: NodeJS.ProcessEnv, pid: number): Invitation | undefined {
  const way = readWay(env, pid)
  if (!way) return undefined
  const watchdogMs = readWatchdog(env, pid)
  return { way, ...(watchdogMs !== undefined && { watchdogMs }) }
}

function readWay(env: NodeJS.ProcessEnv, pid: number): Way | undefined {
  const fd = env['LISTEN_PID'] === String(pid) ? passed(env) : undefined
  if (fd !== undefined) return { type: 'descriptor', fd }
  const socket = env['NOTIFY_SOCKET']
  return socket ? { type: 'command', socket } : undefined
}

function passed({ LISTEN_FDS: count, LISTEN_FDNAMES: names = '' }: NodeJS.ProcessEnv): number | undefined {
  const index = names.split(':').indexOf(DESCRIPTOR_NAME)
  return index >= 0 && index < Number(count) ? FIRST_DESCRIPTOR + index : undefined
}

/** sd_watchdog_enabled(3) */
function readWatchdog({ WATCHDOG_USEC: usec, WATCHDOG_PID: of }: NodeJS.ProcessEnv, pid: number): number | undefined {
  const isOurs = of === undefined || of === String(pid)
  return isOurs && /^[1-9]\d*$/.test(usec ?? '') ? Number(usec) / 1_000 : undefined
}

/** What a service manager can be told, after sd_notify(3). */
export type Message = Readonly<Record<string, string | number | bigint>>

/** Up, or done with reloading. */
export const READY: Message = { READY: 1 }

export const STOPPING: Message = { STOPPING: 1 }

/** Alive: to be said at least once in `WATCHDOG_USEC`. */
export const WATCHDOG: Message = { WATCHDOG: 1 }

/** @param nowNs of the clock `CLOCK_MONOTONIC`, which `process.hrtime.bigint` reads */
export function reloading(nowNs: bigint): Message {
  return { RELOADING: 1, MONOTONIC_USEC: nowNs / 1_000n }
}

/** The line that `systemctl status` shows. */
export function status(text: string): Message {
  return { STATUS: text }
}

/** One assignment each: `STATUS=12 entries`. Whatever would end a line is a space. */
export function assignments(message: Message): readonly string[] {
  return Object.entries(message).map(([name, value]) => `${name}=${String(value).replaceAll(/\p{Cc}+/gu, ' ')}`)
}

/**
 * How a test waits for what is to happen, however busy the machine is. Vitest's own patience is one second, which a machine with
 * something else to do takes at times to start a process, or to tell of a file.
 */
export const PATIENCE = { timeout: 60_000, interval: 10 }

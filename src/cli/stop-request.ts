import type { StopRequest } from '../daemon/life.ts'

const SIGNALS = { SIGINT: 2, SIGTERM: 15 } as const

/** The first SIGTERM or SIGINT asks to stop; the second ends the process at once, as the signal itself would. */
export function listenForStop(): StopRequest {
  const controller = new AbortController()
  let name = ''
  const stop = (signal: keyof typeof SIGNALS) => {
    if (name !== '') process.exit(128 + SIGNALS[signal])
    name = signal
    controller.abort()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return { signal: controller.signal, name: () => name }
}

import type { StopRequest } from '../daemon/life.ts'
import type { ReloadRequest } from '../daemon/reload.ts'

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

/** From now on SIGHUP asks to read everything anew, and no longer ends the process. One that comes before anybody listens is kept. */
export function listenForReload(): Pick<ReloadRequest, 'listen'> {
  let listener: (() => void) | undefined
  let isPending = false
  process.on('SIGHUP', () => {
    if (listener) listener()
    else isPending = true
  })
  return {
    listen(next) {
      listener = next
      if (isPending) next()
      isPending = false
    },
  }
}

import { type EmulatedRequest, startEmulator } from '../../src/emulator/emulator.ts'
import type { Stage } from './stage.ts'

/** The gateway that everything is posted to: the emulator, in this process, which otherwise only waits. */
export interface BenchGateway {
  readonly url: string
  readonly token: string
  /**
   * To be asked for before they are sent. @returns when the last POST of a configuration with one of these names had arrived whole, in
   * milliseconds of `performance.now()`
   */
  readonly posts: (names: readonly string[]) => Promise<number>
  /** Milliseconds from the first POST to the last. */
  readonly span: () => number
}

const PATIENCE_MS = 120_000

export async function openGateway(stage: Stage): Promise<BenchGateway> {
  const started = await startEmulator()
  if (started.isErr()) throw new Error(`the emulator does not start: ${started.error.msg}`)
  const emulator = started.value
  stage.onClose(() => emulator.close())
  const listeners = new Set<(name: string, at: number) => void>()
  let first = Infinity
  let last = 0
  emulator.intercept({
    before: (request) => {
      if (request.method !== 'POST') return 'continue'
      const at = performance.now()
      first = Math.min(first, at)
      last = at
      for (const listener of listeners) listener(nameOf(request), at)
      return 'continue'
    },
  })
  const posts = (names: readonly string[]) =>
    new Promise<number>((resolve, reject) => {
      const missing = new Set(names)
      const timer = setTimeout(() => {
        listeners.delete(listener)
        reject(new Error(`${missing.size} of ${names.length} POSTs did not come within ${PATIENCE_MS} ms`))
      }, PATIENCE_MS)
      const listener = (name: string, at: number) => {
        if (!missing.delete(name) || missing.size > 0) return
        clearTimeout(timer)
        listeners.delete(listener)
        resolve(at)
      }
      listeners.add(listener)
    })
  return { url: emulator.url, token: emulator.token, posts, span: () => last - first }
}

function nameOf({ body }: EmulatedRequest): string {
  return (body as { readonly name: string }).name
}

/** The emulator in a process of its own, so that it takes no turns with what measures. Answers questions over its IPC channel. */
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts'
import { clock } from './clock.ts'

/** What is asked. An arrival is answered once the last of the texts has come, as the name or the description in a POST or PATCH. */
export type Question =
  | { readonly ask: 'arrival'; readonly texts: readonly string[] }
  | { readonly ask: 'span' }
  | { readonly ask: 'counts' }

export type Asked = Question & { readonly number: number }

export interface Answered {
  readonly number: number
  readonly answer: unknown
}

export interface Greeting {
  readonly url: string
  readonly token: string
}

const arrived = new Map<string, number>()
const waiting = new Set<() => void>()
const counts: Record<string, number> = {}
let first = Infinity
let last = 0

const started = await startEmulator()
if (started.isErr()) throw new Error(`the emulator does not start: ${started.error.msg}`)
const emulator = started.value
watch(emulator)
process.on('message', (asked: Asked) => answer(asked))
process.once('disconnect', () => process.exit())
const greeting: Greeting = { url: emulator.url, token: emulator.token }
process.send?.(greeting)

function watch(gateway: Emulator): void {
  gateway.intercept({
    before: ({ method, body }) => {
      if (method === 'GET') return 'continue'
      arrive(clock(), method, body ?? {})
      return 'continue'
    },
  })
  gateway.requests.subscribe(({ request: { method }, template }) => {
    const name = `${method} ${template}`
    counts[name] = (counts[name] ?? 0) + 1
  })
}

function arrive(
  at: number,
  method: string,
  { name, description }: { readonly name?: string; readonly description?: string },
): void {
  if (method === 'POST') [first, last] = [Math.min(first, at), at]
  if (name !== undefined) arrived.set(name, at)
  if (description !== undefined) arrived.set(description, at)
  for (const look of waiting) look()
}

function answer(asked: Asked): void {
  const reply = (said: unknown) => process.send?.({ number: asked.number, answer: said } satisfies Answered)
  if (asked.ask === 'span') reply(last - first)
  else if (asked.ask === 'counts') reply(counts)
  else awaitAll(asked.texts, reply)
}

function awaitAll(texts: readonly string[], reply: (at: number) => void): void {
  const missing = new Set(texts)
  const look = (): void => {
    for (const text of missing) {
      if (!arrived.has(text)) return // what comes first is looked for first: thousands are waited for at little cost
      missing.delete(text)
    }
    waiting.delete(look)
    reply(Math.max(...texts.map((text) => arrived.get(text) ?? 0)))
  }
  waiting.add(look)
  look()
}

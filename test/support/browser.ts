/** Chromium without a window, spoken to over its DevTools pipe. It is no dependency: where there is none, what needs it is skipped. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { onTestFinished, vi } from 'vitest'
import { PATIENCE } from './patience.ts'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']

const chromium = NAMES.find((name) => spawnSync(name, ['--version']).status === 0)

/** Why there is no browser here, to be said in the title of what is skipped; undefined where there is one. */
export const BROWSERLESS = chromium === undefined ? 'Chromium is not installed' : undefined

export interface Page {
  /** What the browser complained of: exceptions, refused by the policy, errors on the console. */
  readonly complaints: readonly string[]
  /** @param expression JavaScript, in the page */
  readonly evaluate: (expression: string) => Promise<unknown>
  /** Resolves once it is true in the page. */
  readonly until: (expression: string) => Promise<void>
  readonly send: Send
}

type Send = (method: string, params?: object) => Promise<Readonly<Record<string, unknown>>>

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: Readonly<Record<string, unknown>>
  readonly result?: Readonly<Record<string, unknown>>
  readonly error?: { readonly message: string }
}

/** Opens a page in a browser of its own, with a profile of its own, which ends with the test. */
export async function openPage(url: string): Promise<Page> {
  const complaints: string[] = []
  const browse = await startBrowser(({ method, params }) => {
    const complaint = method && COMPLAINTS[method]?.(params as never)
    if (complaint) complaints.push(complaint)
  })
  const { targetId } = await browse('Target.createTarget', { url: 'about:blank' })
  const { sessionId } = await browse('Target.attachToTarget', { targetId, flatten: true })
  const send: Send = (method, params) => browse(method, params, sessionId as string)
  for (const domain of ['Runtime', 'Log', 'Page']) await send(`${domain}.enable`)
  await send('Page.navigate', { url })
  const evaluate = async (expression: string) => {
    const { result, exceptionDetails } = await send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true })
    if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails))
    return (result as { value: unknown }).value
  }
  const until = (expression: string) =>
    vi.waitFor(
      async () => {
        if ((await evaluate(expression)) !== true) throw new Error(`not so: ${expression}`)
      },
      { ...PATIENCE, interval: 50 },
    )
  return { complaints, evaluate, until, send }
}

const COMPLAINTS: Readonly<Record<string, (params: never) => string | undefined>> = {
  'Runtime.exceptionThrown': (params: object) => JSON.stringify(params),
  'Runtime.consoleAPICalled': (params: { type: string }) =>
    ['error', 'warning', 'assert'].includes(params.type) ? JSON.stringify(params) : undefined,
  'Log.entryAdded': ({ entry }: { entry: { level: string; text: string; source: string; url?: string } }) =>
    entry.level === 'error' || entry.level === 'warning' ? `${entry.source}: ${entry.text} ${entry.url ?? ''}` : undefined,
}

type Browse = (method: string, params?: object, sessionId?: string) => ReturnType<Send>

async function startBrowser(heard: (message: Message) => void): Promise<Browse> {
  const profile = await mkdtemp(join(tmpdir(), 'aigw-sync-browser-'))
  const flags = [
    '--headless',
    '--no-sandbox', // which root, and many a container, cannot have; it sees nothing but our own page
    '--remote-debugging-pipe',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-dev-shm-usage',
    `--user-data-dir=${profile}`,
  ]
  const child = spawn(chromium ?? '', flags, {
    env: { PATH: process.env['PATH'], HOME: profile },
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'close')
  onTestFinished(async () => {
    child.kill()
    await ended
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  })
  return converse(child.stdio[3] as Writable, child.stdio[4] as Readable, heard)
}

/** Messages are JSON, each with a zero byte at its end. */
function converse(output: Writable, input: Readable, heard: (message: Message) => void): Browse {
  const waiting = new Map<number, PromiseWithResolvers<Readonly<Record<string, unknown>>>>()
  let rest = ''
  input.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\0')
    rest = parts.pop() ?? ''
    for (const part of parts) take(JSON.parse(part) as Message)
  })
  input.on('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('the browser ended'))
  })
  output.on('error', () => {}) // the input ends with it
  const take = (message: Message) => {
    if (message.id === undefined) return heard(message)
    const { resolve, reject } = waiting.get(message.id) ?? {}
    waiting.delete(message.id)
    if (message.error) reject?.(new Error(message.error.message))
    else resolve?.(message.result ?? {})
  }
  let count = 0
  return (method, params = {}, sessionId) => {
    const id = ++count
    const answer = Promise.withResolvers<Readonly<Record<string, unknown>>>()
    waiting.set(id, answer)
    output.write(`${JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) })}\0`)
    return answer.promise
  }
}

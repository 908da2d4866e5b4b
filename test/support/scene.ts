/** A working directory with a folder of modules, an emulator beside it, and the executable to run between the two. */
import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Emulator, EmulatorOptions } from '../../src/emulator/emulator.ts'
import type { AppliedEntry } from '../../src/lockfile/lockfile.ts'
import { decodeMetadata } from '../../src/model/stamp.ts'
import { emulate } from '../emulator/client.ts'
import { type RunningProcess, startProcess, temporaryFolder } from './process.ts'

export interface Scene {
  /** The working directory: `configs` and the lockfile are in it. */
  readonly folder: string
  readonly lockfilePath: string
  readonly emulator: Emulator
  /** The key of each POST that arrived, in order, whatever became of it. */
  readonly posts: readonly string[]
  /** Puts a file below `configs`, whole at once; what is no text becomes JSON. */
  readonly put: (path: string, content: unknown) => Promise<void>
  /** Starts `aigw-sync <command> …` against the emulator, without a rate limit unless one is given. */
  readonly start: (command: string, ...args: readonly string[]) => RunningProcess
  /** A daemon that is ready and has created or linked what its first plan said. */
  readonly settled: (...args: readonly string[]) => Promise<RunningProcess>
  readonly lockfile: () => Promise<LockfileText>
}

/** A lockfile as it is written. */
export interface LockfileText {
  readonly lockfileVersion: number
  readonly owner: string
  readonly apiUrl: string
  readonly entries: Readonly<Record<string, AppliedEntry>>
}

/** Everything of it is gone when the test has finished. */
export async function openScene(options: EmulatorOptions = {}): Promise<Scene> {
  const folder = await temporaryFolder()
  await mkdir(join(folder, 'configs'))
  const emulator = await emulate(options)
  const lockfilePath = join(folder, 'aigw-sync.lock.json')
  const env = { AI_GATEWAY_API_KEY: emulator.token }
  const start: Scene['start'] = (command, ...args) =>
    startProcess({ args: [command, '--api-url', emulator.url, '--rate-limit', 'off', ...args], env, cwd: folder })
  return {
    folder,
    lockfilePath,
    emulator,
    posts: recordPosts(emulator),
    put: (path, content) => put(folder, join('configs', path), content),
    start,
    async settled(...args) {
      const daemon = start('run', ...args)
      const { pending } = await daemon.until('daemon.ready')
      await daemon.until(() => daemon.told('config.created').length + daemon.told('config.linked').length >= Number(pending))
      return daemon
    },
    lockfile: async () => JSON.parse(await readFile(lockfilePath, 'utf8')) as LockfileText,
  }
}

/** The key of each POST that arrives at an emulator from now on. */
export function recordPosts(emulator: Emulator): readonly string[] {
  const posts: string[] = []
  emulator.intercept({
    before: ({ method, body }) => {
      if (method === 'POST') posts.push(keyOf(body))
      return 'continue'
    },
  })
  return posts
}

/** What is asked of the gateway from now on: `GET /access-key-configurations`, … */
export function followRequests({ emulator }: Pick<Scene, 'emulator'>): { readonly asked: string[]; readonly stop: () => void } {
  const asked: string[] = []
  const stop = emulator.requests.subscribe(({ request: { method }, template }) => asked.push(`${method} ${template}`))
  return { asked, stop }
}

/** Waits until so many more listings of the only page there is have been answered, each by a resync of its own. */
export async function resyncs({ requests }: Emulator, amount: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let left = amount
  const stop = requests.subscribe(({ request: { method }, template }) => {
    if (method === 'GET' && template === '/access-key-configurations' && --left < 0) resolve()
  })
  await promise
  stop()
}

/** The key in the stamp of a create's body. */
export function keyOf(body: unknown): string {
  const { metadata } = (body ?? {}) as { readonly metadata?: string }
  return decodeMetadata(metadata).stamp?.key ?? ''
}

/** A configuration to put into a `.json` file. */
export function named(name: string): { readonly name: string; readonly access: object } {
  return { name, access: { models: { allow: ['openai/gpt-4o'] } } }
}

async function put(folder: string, path: string, content: unknown): Promise<void> {
  const target = join(folder, path)
  const aside = join(folder, `aside-${randomUUID()}`)
  await mkdir(dirname(target), { recursive: true })
  await writeFile(aside, typeof content === 'string' ? content : JSON.stringify(content))
  await rename(aside, target)
}

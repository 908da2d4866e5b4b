/** Sees everything that the executable lets out, and tells what of it shows a value. */
import { mkdir, open, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { request as ask } from 'node:http'
import { join } from 'node:path'
import type { EmulatedRequest } from '../../src/emulator/emulator.ts'
import { type Canary, canary, leaksIn, leaksInBytes, tokenCanary } from './canaries.ts'
import { type HostileHost, openHostileHost } from './hostile.ts'
import { commandLineOf, descendants } from './proc.ts'
import { type RunningProcess, startProcess, temporaryFolder } from './process.ts'
import { openScene, type Scene } from './scene.ts'

export interface Witness extends Scene {
  /** A value that is looked for from now on. */
  readonly hide: (name: string) => Canary
  /** Replaces a file among the secrets, which also are the credentials. @returns its path */
  readonly keep: (name: string, content: string | Uint8Array) => Promise<string>
  /** Puts a module that has a value in it. */
  readonly expose: (path: string, content: unknown, value: Canary) => Promise<void>
  /** Variables of every process that starts from now on. */
  readonly env: Record<string, string>
  readonly hostile: HostileHost
  /** The admin socket, and command lines, environments and memory of what a process has started. */
  readonly question: (process: RunningProcess) => Promise<void>
  /** What all of that shows. */
  readonly leaks: () => Promise<readonly string[]>
}

interface Exposed {
  readonly path: string
  readonly value: Canary
}

export async function openWitness(): Promise<Witness> {
  const token = tokenCanary()
  const scene = await openScene({ token: token.value })
  const [secrets, scratch, hostile] = [await temporaryFolder(), await temporaryFolder(), await openHostileHost()]
  const env = { AI_GATEWAY_API_KEY: token.value, CREDENTIALS_DIRECTORY: secrets, TMPDIR: scratch }
  const canaries: Canary[] = [token]
  const exposed: Exposed[] = []
  const found: string[] = []
  const processes: RunningProcess[] = []
  const requests: EmulatedRequest[] = []
  const hidden = (path = '') => canaries.filter((each) => !exposed.some((one) => one.value === each && path.endsWith(one.path)))
  const unexposed = () => canaries.filter((each) => !exposed.some(({ value }) => value === each))
  scene.emulator.intercept({
    before(request) {
      requests.push(request)
      return 'continue'
    },
  })
  return {
    ...scene,
    env,
    hostile,
    hide(name) {
      const value = canary(name)
      canaries.push(value)
      return value
    },
    keep: (name, content) => replace(secrets, name, content),
    async expose(path, content, value) {
      exposed.push({ path, value })
      await scene.put(path, content)
    },
    start(command, ...args) {
      const all = [command, '--api-url', scene.emulator.url, '--rate-limit', 'off', ...args]
      const started = startProcess({ args: all, env, cwd: scene.folder })
      processes.push(started)
      return started
    },
    async question({ child }) {
      found.push(...leaksIn('the admin socket', await socketAnswers(`${scene.lockfilePath}.sock`), canaries))
      const own = await commandLineOf(Number(child.pid))
      for (const { pid, environment, commandLine } of await descendants(Number(child.pid))) {
        if (commandLine === own) continue // between `fork` and `exec` it is still the daemon itself, memory and all
        found.push(...leaksIn('a child', `${commandLine}\n${environment}`, canaries))
        // What stands in a module is run there: nobody could keep it from it.
        for await (const memory of memoryOf(pid)) found.push(...leaksInBytes('the memory of a child', memory, unexposed()))
      }
    },
    async leaks() {
      const files = [...(await filesBelow(scene.folder)), ...(await filesBelow(scratch))]
      const texts = await Promise.all(files.map(async (path) => ({ path, text: await readFile(path, 'latin1') })))
      return [
        ...found,
        ...processes.flatMap((each) => leaksIn(commandOf(each), each.stdout() + each.stderr(), canaries)),
        ...processes.flatMap((each) => leaksIn('a command line', each.child.spawnargs.join('\n'), canaries)),
        ...texts.flatMap(({ path, text }) => leaksIn(path, text, hidden(path))),
        ...requests.flatMap((each) => leaksIn(`${each.method} ${each.path}`, withoutItsPlaces(each, token), canaries)),
        ...(hostile.received() === '' ? [] : [`another host: ${hostile.received()}`]),
      ]
    },
  }
}

/** A request but for the two places where something may stand. */
function withoutItsPlaces({ method, path, query, headers, body, text }: EmulatedRequest, token: Canary): string {
  const { authorization, ...others } = headers
  const { value, ...fields } = (body ?? {}) as Record<string, unknown>
  const isPlace = method === 'POST' && /^\/provider-keys(?:\/[^/]+\/rotate)?$/.test(path) && typeof value === 'string'
  return JSON.stringify([
    [method, path, ...query],
    [others, authorization === `Bearer ${token.value}` ? [] : authorization],
    isPlace ? [fields, JSON.stringify(body) === text ? [] : text] : text,
  ])
}

async function replace(folder: string, name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(`${path}.aside`, content, { mode: 0o600 })
  await rename(`${path}.aside`, path)
  return path
}

function commandOf({ child: { spawnargs } }: RunningProcess): string {
  return `the output of ${spawnargs.slice(2).join(' ')}`
}

/** What can be opened: a socket cannot. */
async function filesBelow(folder: string): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true })
  const all = await readdir(folder, { recursive: true, withFileTypes: true })
  return all.filter((each) => each.isFile()).map(({ parentPath, name }) => join(parentPath, name))
}

const ASKED: readonly (readonly [method: string, path: string])[] = [
  ['GET', '/status'],
  ['POST', '/reconcile'],
  ['POST', '/deletions'],
  ['GET', '/nothing'],
]

async function socketAnswers(socketPath: string): Promise<string> {
  const answers = ASKED.map(async ([method, path]) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const question = ask({ socketPath, method, path }, (response) => {
      let text = JSON.stringify(response.headers)
      response.setEncoding('utf8').on('data', (part: string) => (text += part))
      response.on('end', () => resolve(text))
    })
    question.on('error', reject).end()
    return promise
  })
  return (await Promise.all(answers)).join('\n')
}

/** What a process holds, region by region, as far as we may look. */
async function* memoryOf(pid: number): AsyncGenerator<Buffer> {
  if (process.platform !== 'linux') return
  const maps = await readFile(`/proc/${pid}/maps`, 'utf8').catch(() => '')
  const memory = await open(`/proc/${pid}/mem`).catch(() => undefined)
  for (const [, from = '', to = ''] of maps.matchAll(/^([\da-f]+)-([\da-f]+) rw/gm)) {
    const [start, end] = [BigInt(`0x${from}`), BigInt(`0x${to}`)]
    const length = Number(end - start)
    if (length > LARGEST_REGION) continue
    const read = await memory?.read(Buffer.alloc(length), 0, length, start).catch(() => undefined)
    if (read) yield read.buffer.subarray(0, read.bytesRead)
  }
  await memory?.close()
}

const LARGEST_REGION = 256 * 1024 * 1024

/** A process of its own that works on a lockfile, under strace: some system call fails, or is its last. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type Injection, traced, type Watch } from '../support/strace.ts'
import { aFolder } from './samples.ts'

const FIXTURE = new URL('fixtures/record-some.ts', import.meta.url).pathname

export interface Course {
  /** What the process told, in order. */
  readonly told: readonly Telling[]
  /** Its exit code, or the signal that ended it. */
  readonly ending: number | NodeJS.Signals
  /** The calls that were watched. */
  readonly log: string
}

/** See `fixtures/record-some.ts`. */
export interface Telling {
  readonly event?: string
  readonly errorCode?: string
  readonly recorded?: string
  readonly failed?: string
  readonly code?: string
  readonly keys?: readonly string[]
  readonly files?: readonly string[]
  readonly refused?: { readonly type: string; readonly code?: string }
  readonly closed?: string | true
}

/** The files that a process touches for its lockfile, as far as their names are known before. */
export function filesOf(path: string): { lockfile: string; temporary: string; folder: string; lease: string } {
  const folder = dirname(path)
  return { lockfile: path, temporary: join(folder, '.lock.json.{pid}.tmp'), folder, lease: `${path}.lease` }
}

/** Records keys, one after the other. */
export async function record(
  path: string,
  keys: readonly string[],
  watch: Watch & { readonly inject?: readonly Injection[] } = {},
): Promise<Course> {
  const log = join(aFolder(), 'trace')
  const command = traced([process.execPath, '--no-warnings', FIXTURE, path, ...keys], { ...watch, log })
  return { ...(await run(command)), log: readFileSync(log, 'utf8') }
}

/** Records keys in a process that may write files up to so many bytes only. */
export function recordWithin(bytes: number, path: string, keys: readonly string[]): Promise<Omit<Course, 'log'>> {
  return run(['prlimit', `--fsize=${bytes}`, process.execPath, '--no-warnings', FIXTURE, path, ...keys])
}

async function run([file = '', ...args]: readonly string[]): Promise<Omit<Course, 'log'>> {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals]>
  const lines = (await text(child.stdout)).split('\n').filter((line) => line.endsWith('}'))
  const [code, signal] = await closed
  return { told: lines.map((line) => JSON.parse(line) as Telling), ending: code ?? signal }
}

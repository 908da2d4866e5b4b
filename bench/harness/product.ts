import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BenchGateway } from './gateway.ts'
import type { Child, Stage } from './stage.ts'
import { untilSaid } from './until.ts'

/** What users start: the built executable. */
export const EXECUTABLE = fileURLToPath(new URL('../../bin/aigw-sync.js', import.meta.url))

export interface WorkOptions {
  readonly gateway: BenchGateway
  /** Holds the folder of modules as `configs`, and gets the lockfile. */
  readonly cwd: string
  /** Beside those that every run here has. */
  readonly flags?: readonly string[]
}

type Command = 'run' | 'apply' | 'plan' | 'validate'

/** `aigw-sync apply`, or another command that comes to an end. Its log goes to a file, as a service's does. */
export function startOnce(stage: Stage, command: Exclude<Command, 'run'>, options: WorkOptions): Child {
  return startWork(stage, command, options)
}

/** @throws when it does not end well */
export async function once(stage: Stage, command: Exclude<Command, 'run'>, options: WorkOptions): Promise<void> {
  const code = await startOnce(stage, command, options).ended
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${readFileSync(logOf(options, command), 'utf8').slice(-2_000)}`)
}

/** @throws when it does not end well */
export function apply(stage: Stage, options: WorkOptions): Promise<void> {
  return once(stage, 'apply', options)
}

/** `aigw-sync run`. @returns once it is ready */
export async function startDaemon(stage: Stage, options: WorkOptions): Promise<Child> {
  const daemon = startWork(stage, 'run', options)
  const broken = daemon.ended.then((code) => Promise.reject(new Error(`run ended with ${code} before it was ready`)))
  await Promise.race([untilSaid(logOf(options, 'run'), '"event":"daemon.ready"'), broken])
  broken.catch(() => {}) // it may end later
  return daemon
}

/** A resync would come in between; the budget of requests would be what is measured. */
const CALM = ['--rate-limit', 'off', '--resync-interval', '10h']

/** What the unit says of the environment that bears on speed and size. */
export const UNIT = { MALLOC_ARENA_MAX: '2', MIMALLOC_ALLOW_THP: '0' }

function startWork(stage: Stage, command: Command, options: WorkOptions): Child {
  const { gateway, cwd, flags = [] } = options
  const { url, token } = gateway
  const args = [EXECUTABLE, command, ...(command === 'validate' ? [] : ['--api-url', url, ...CALM]), ...flags]
  const env = { AI_GATEWAY_API_KEY: token, ...(command === 'run' && UNIT) }
  return stage.start(process.execPath, args, { cwd, env, log: logOf(options, command) })
}

/** Where it logs. */
export function logOf({ cwd }: Pick<WorkOptions, 'cwd'>, command: Command): string {
  return join(cwd, `${command}.log`)
}

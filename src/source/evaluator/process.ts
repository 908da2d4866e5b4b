import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { Command } from './command.ts'
import type { Connection, ConnectionEvents, Ending } from './connection.ts'

/** A session of its own: no terminal, and no process group in which to signal others. */
const ALONE = { env: {}, cwd: '/', detached: true }

/** A module that prints without end is made to wait, so that we are not kept busy with reading it. */
const STDERR_UNPAUSED = 1024 * 1024
const STDERR_PAUSE_MS = 50

export interface Spawned {
  readonly process: ChildProcess
  /** What it writes to its descriptor 3. */
  readonly answers: Readable | undefined
}

/** A process with an empty environment that takes requests on stdin. What it writes to stdout is lost. */
export function spawnChild({ executable, args }: Command): Spawned {
  const child = spawn(executable, args, { ...ALONE, stdio: ['pipe', 'ignore', 'pipe', 'pipe'] })
  const answers = child.stdio[3] as Readable | undefined
  for (const pipe of [child.stdin, child.stderr, answers]) pipe?.on('error', ignore)
  if (child.stderr !== null) pace(child.stderr)
  return { process: child, answers }
}

function pace(words: Readable): void {
  let unpaused = 0
  words.on('data', ({ length }: Buffer | string) => {
    unpaused += length
    if (unpaused < STDERR_UNPAUSED) return
    unpaused = 0
    words.pause()
    setTimeout(() => words.resume(), STDERR_PAUSE_MS)
  })
}

/** A child process of our own. */
export function startChild(command: Command, events: ConnectionEvents): Connection {
  const { process: child, answers } = spawnChild(command)
  onEnd(child, (ending) => events.ended(ending))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => events.words(text))
  answers?.setEncoding('utf8').on('data', (text: string) => events.answers(text))
  return {
    pid: child.pid,
    send: (text) => void child.stdin?.write(text),
    end: () => void child.kill('SIGKILL'),
  }
}

/** @param tell the first call counts */
export function onEnd(child: ChildProcess, tell: (ending: Ending) => void): void {
  child.on('error', ({ message }) => {
    if (child.pid === undefined) tell({ msg: message }) // else it is a kill that was not allowed
  })
  child.on('close', (code, signal) => tell(signal === null ? { code: code ?? -1 } : { signal }))
}

/** A pipe breaks when its other end dies, and `close` tells of that. */
function ignore(): void {}

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'

const FIXTURE = new URL('../fixtures/contend.ts', import.meta.url).pathname

export interface Answer {
  readonly won?: true
  readonly held?: number
  readonly error?: unknown
}

/** A process of its own that contends for a lease when told to. */
export interface Contestant {
  readonly pid: number
  acquire(): Promise<Answer>
  release(): Promise<unknown>
  kill(): Promise<void>
}

export async function aContestant(lockfile: string): Promise<Contestant> {
  const child = fork(FIXTURE, [lockfile], { execArgv: ['--no-warnings'] })
  const gone = new Promise<void>((resolve) => child.on('exit', () => resolve()))
  const kill = (): Promise<void> => {
    child.kill('SIGKILL')
    return gone
  }
  onTestFinished(kill) // the folder is taken away after that, and nobody must be writing there
  await once(child, 'message')
  return { pid: child.pid!, acquire: () => ask(child, 'acquire'), release: () => ask(child, 'release'), kill }
}

async function ask(child: ChildProcess, question: string): Promise<Answer> {
  const answer = once(child, 'message')
  child.send(question)
  const [message] = (await answer) as [Answer]
  return message
}

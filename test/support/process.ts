/** The built executable as a child process, and its log as it comes. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFailed, onTestFinished } from 'vitest'

export const EXECUTABLE = fileURLToPath(new URL('../../bin/aigw-sync.js', import.meta.url))

/** One line of the log. */
export interface Line {
  readonly event: string
  readonly level: string
  readonly msg: string
  readonly [field: string]: unknown
}

export interface RunningProcess {
  readonly child: ChildProcess
  /** The log so far. */
  readonly lines: readonly Line[]
  /** Their events, in order. */
  readonly events: () => readonly string[]
  /** The lines of one event. */
  readonly told: (event: string) => readonly Line[]
  /** Everything that was written so far, whatever it is. */
  readonly stdout: () => string
  readonly stderr: () => string
  /** Resolves with the first line, already there or to come, that fits; rejects when the process ends without it. */
  until(fits: ((line: Line) => boolean) | string): Promise<Line>
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>
  kill(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null>
}

export interface StartOptions {
  readonly args: readonly string[]
  readonly env?: Record<string, string>
  readonly cwd?: string
  /** What to run instead of the command, to run it under something else. */
  readonly through?: (command: readonly string[]) => readonly string[]
}

/** Starts `aigw-sync …`; it is killed when the test ends, and what it said last is shown when the test failed. */
export function startProcess({ args, env = {}, cwd, through }: StartOptions): RunningProcess {
  const command = [process.execPath, EXECUTABLE, ...args]
  const [file = '', ...rest] = through?.(command) ?? command
  const child = spawn(file, rest, {
    cwd,
    env: { PATH: process.env['PATH'], HOME: tmpdir(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const gone = new Promise<void>((resolve) => child.on('exit', () => resolve()).on('error', () => resolve()))
  onTestFinished(() => {
    child.kill('SIGKILL')
    return gone // its folder is taken away after that, and it must not be writing there
  })
  const lines: Line[] = []
  const waiting = new Set<{ fits: (line: Line) => boolean; resolve: (line: Line) => void; reject: (error: Error) => void }>()
  let stdout = ''
  let stderr = ''
  let story: string | undefined
  const lastWords = () => [stderr, ...lines.slice(-20).map(({ msg }) => msg)].join('\n')
  onTestFailed(() => console.warn(`aigw-sync ${args.join(' ')}: ${lastWords()}`))
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  createInterface(child.stdout).on('line', (text) => {
    if (!text.startsWith('{')) return
    const line = JSON.parse(text) as Line
    lines.push(line)
    for (const waiter of waiting) if (waiter.fits(line) && waiting.delete(waiter)) waiter.resolve(line)
  })
  const ended = once(child, 'close').then(([code, signal]) => {
    story = `ended with ${code ?? signal} before that: ${lastWords()}`
    for (const { reject } of waiting) reject(new Error(story))
    return (code ?? signal) as number | NodeJS.Signals | null
  })
  return {
    child,
    lines,
    events: () => lines.map(({ event }) => event),
    told: (wanted) => lines.filter(({ event }) => event === wanted),
    stdout: () => stdout,
    stderr: () => stderr,
    ended,
    kill(signal) {
      child.kill(signal)
      return ended
    },
    until(wanted) {
      const fits = typeof wanted === 'string' ? ({ event }: Line) => event === wanted : wanted
      const there = lines.find(fits)
      if (there) return Promise.resolve(there)
      if (story !== undefined) return Promise.reject(new Error(story))
      return new Promise((resolve, reject) => waiting.add({ fits, resolve, reject }))
    },
  }
}

/** A folder of its own for one test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'aigw-sync-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** The built executable as a child process, and its log as it comes. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

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
  readonly lines: readonly Line[]
  readonly stderr: () => string
  /** Resolves with the first line, already there or to come, that fits; rejects when the process ends before. */
  until(fits: ((line: Line) => boolean) | string): Promise<Line>
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>
  kill(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null>
}

export interface StartOptions {
  readonly args: readonly string[]
  readonly env?: Record<string, string>
  readonly cwd?: string
}

/** Starts `aigw-sync …`; it is killed when the test ends. */
export function startProcess({ args, env = {}, cwd }: StartOptions): RunningProcess {
  const child = spawn(process.execPath, [EXECUTABLE, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: tmpdir(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const lines: Line[] = []
  const waiting = new Set<{ fits: (line: Line) => boolean; resolve: (line: Line) => void; reject: (error: Error) => void }>()
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  createInterface(child.stdout).on('line', (text) => {
    if (!text.startsWith('{')) return
    const line = JSON.parse(text) as Line
    lines.push(line)
    for (const waiter of waiting) if (waiter.fits(line) && waiting.delete(waiter)) waiter.resolve(line)
  })
  const ended = once(child, 'close').then(([code, signal]) => {
    const story = lines.slice(-20).map(({ msg }) => msg)
    for (const { reject } of waiting)
      reject(new Error(`ended with ${code ?? signal} before that: ${stderr}\n${story.join('\n')}`))
    return (code ?? signal) as number | NodeJS.Signals | null
  })
  return {
    child,
    lines,
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

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface ChildOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** A file for what it writes to standard output and standard error. Left out: it is lost. */
  readonly log?: string
}

export interface Child {
  readonly pid: number
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
  /** Ends it and all that it started. */
  readonly kill: () => Promise<void>
}

/** Where a scenario plays: a temporary folder and child processes, all gone when it is over, also when it is broken off. */
export class Stage {
  readonly #root = mkdtempSync(join(tmpdir(), 'aigw-sync-bench-'))
  readonly #children = new Set<ChildProcess>()
  readonly #closers: (() => Promise<void>)[] = []
  readonly #abandon = () => this.#sweep()
  #folders = 0

  constructor() {
    process.on('exit', this.#abandon)
  }

  /** A new folder. */
  folder(): string {
    const path = join(this.#root, String(this.#folders++))
    mkdirSync(path)
    return path
  }

  /** To be done when the scenario is over, before its folders go. */
  onClose(closer: () => Promise<void>): void {
    this.#closers.push(closer)
  }

  /** Starts a process with next to no environment: neither a proxy nor options for Node reach it. */
  start(command: string, args: readonly string[], { cwd = this.#root, env = {}, log }: ChildOptions = {}): Child {
    const output = log === undefined ? 'ignore' : openSync(log, 'a')
    const child = spawn(command, args, {
      cwd,
      env: { PATH: process.env['PATH'], HOME: this.#root, ...env },
      stdio: ['ignore', output, output],
      detached: true, // a process group of its own, which can be killed as one
    })
    if (typeof output === 'number') closeSync(output)
    this.#children.add(child)
    const ended = once(child, 'exit').then(([code, signal]) => {
      this.#children.delete(child)
      return (code ?? signal) as number | NodeJS.Signals
    })
    const kill = async () => {
      killGroup(child)
      await ended
    }
    return { pid: child.pid ?? 0, ended, kill }
  }

  async close(): Promise<void> {
    process.off('exit', this.#abandon)
    const exits = [...this.#children].map((child) => once(child, 'exit'))
    this.#children.forEach(killGroup)
    await Promise.all([...exits, ...this.#closers.map((close) => close())])
    this.#sweep()
  }

  #sweep(): void {
    this.#children.forEach(killGroup)
    rmSync(this.#root, { recursive: true, force: true, maxRetries: 10 })
  }
}

function killGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, 'SIGKILL')
}

/** Other processes, as Linux shows them below `/proc`. */
import { existsSync, readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface ProcessFacts {
  readonly pid: number
  /** As it was when the process started, with zeros between the variables. */
  readonly environment: string
  readonly commandLine: string
}

/** What a process was started as: the same of one that it has begun to start and that has not become another program yet. */
export async function commandLineOf(pid: number): Promise<string | undefined> {
  return (await facts(pid))?.commandLine
}

/** The processes that a process started, and those that they started. */
export async function descendants(parent: number): Promise<readonly ProcessFacts[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const all = await Promise.all(pids.map(facts))
  const known = all.filter((each) => each !== undefined)
  const found: ProcessFacts[] = known.filter((each) => each.parent === parent)
  for (const { pid } of found) found.push(...known.filter((each) => each.parent === pid)) // the loop goes on to what it adds
  return found
}

/** Undefined for one that has ended, or that is not ours to look at. */
async function facts(pid: number): Promise<(ProcessFacts & { readonly parent: number }) | undefined> {
  try {
    const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8')
    const status = await read('status')
    const commandLine = await read('cmdline') // before its environment: who has become another program has that one's
    const environment = await read('environ')
    return { pid, environment, commandLine, parent: Number(/^PPid:\s(\d+)$/m.exec(status)?.[1]) }
  } catch {
    return undefined
  }
}

/** A process whose end nobody has asked for yet still has its number: `Z` in /proc. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/** Whether a command is in the path. */
export function isInstalled(command: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, command)))
}

import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RANDOM } from './protocol.ts'
import { wallOf } from './wall.ts'

/** How to start a child. */
export interface Command {
  readonly executable: string
  readonly args: readonly string[]
}

/** The `node_modules` folders at or above a folder that exist, nearest first. */
export function packageFolders(dir: string): readonly string[] {
  const folders: string[] = []
  for (let at = dir; ; at = dirname(at)) {
    const folder = join(at, 'node_modules')
    if (existsSync(folder)) folders.push(folder)
    if (at === dirname(at)) return folders
  }
}

/**
 * A Node that may read its own code, the packages and random numbers, and nothing else: no other file, no write, no process, no worker, no addon,
 * no inspector, and from Node 26 no network. Node calls this a seat belt. SQLite would open files past it. The language is frozen, so that
 * no module can change what it means to the next.
 * @param memoryMb of the JavaScript heap
 * @param prefix what the system does to keep it in; default: what works here
 */
export function childCommand(memoryMb: number, packages: readonly string[], prefix = wallOf().prefix): Command {
  const script = beside('child', ['.ts', '.js'])
  const readable = [dirname(script), RANDOM, ...packages]
  const [executable, ...args] = [
    ...prefix,
    process.execPath,
    '--permission',
    '--no-experimental-sqlite',
    '--no-experimental-websocket',
    '--no-warnings',
    '--frozen-intrinsics',
    `--require=${beside('stack-depth', ['.cts', '.cjs'])}`,
    `--max-old-space-size=${memoryMb}`,
    ...readable.map((folder) => `--allow-fs-read=${folder}`),
    script,
    String(process.pid),
  ]
  return { executable, args }
}

/** @param endings of the source, and of what is built */
function beside(name: string, [source, built]: readonly [string, string]): string {
  return fileURLToPath(new URL(`./${name}${import.meta.url.endsWith('.ts') ? source : built}`, import.meta.url))
}

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { EvaluatorGap } from '../../model/events.ts'

/** What the system does to keep a child in, beside what Node does. */
export interface Wall {
  /** Stands before the command of the child. */
  readonly prefix: readonly string[]
  /** What it cannot do. */
  readonly gaps: readonly EvaluatorGap[]
}

/** A tool, and what it is asked to do to the command after it. */
type Tool = readonly [name: string, ...args: readonly string[]]

/** Asks the kernel to kill the child when the daemon is gone: an endless loop never notices that a pipe has ended. */
const LEASH: Tool = ['setpriv', '--pdeathsig', 'KILL', '--no-new-privs']

/** An empty network. The first is for root; where users may have namespaces of their own, anybody can do the second. */
const CUT: readonly Tool[] = [
  ['unshare', '--net'],
  ['unshare', '--user', '--net'],
]

/** Where systems keep such tools. */
export const PLACES = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/run/current-system/sw/bin']

let known: Wall | undefined

/** Tried out once: what is there may not be allowed. A namespace clears the leash, so that it comes first. */
export function wallOf(): Wall {
  return (known ??= buildWall({ places: PLACES, networkDenied: deniesNetwork() }))
}

export interface Ground {
  /** Folders in which tools are looked for. */
  readonly places: readonly string[]
  /** By Node itself. */
  readonly networkDenied: boolean
}

export function buildWall({ places, networkDenied }: Ground): Wall {
  const cut = networkDenied ? [] : firstThatWorks(CUT, places)
  const leash = firstThatWorks([LEASH], places)
  const gaps: EvaluatorGap[] = []
  if (cut === undefined) gaps.push('network')
  if (leash === undefined) gaps.push('orphans')
  if (!existsSync('/proc/self/status')) gaps.push('memory')
  return { prefix: [...(cut ?? []), ...(leash ?? [])], gaps }
}

/** Node's permission model does, from version 26: there is a permission for it to give. */
function deniesNetwork(): boolean {
  return process.allowedNodeEnvironmentFlags.has('--allow-net')
}

/** @returns the command, to be put before another */
function firstThatWorks(tools: readonly Tool[], places: readonly string[]): readonly string[] | undefined {
  for (const [name, ...args] of tools) {
    const path = places.map((place) => `${place}/${name}`).find((each) => existsSync(each))
    if (path !== undefined && works([path, ...args])) return [path, ...args]
  }
  return undefined
}

/** Runs the tool under itself, which starts in a millisecond. */
function works([path = '', ...args]: readonly string[]): boolean {
  return spawnSync(path, [...args, path, '--version'], { env: {}, cwd: '/', stdio: 'ignore', timeout: 2_000 }).status === 0
}

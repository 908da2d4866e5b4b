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

/** An empty network. It takes the leash off, so that it comes before it. The first is for root; where users may have namespaces of their own, anybody can do the second. */
const CUT: readonly Tool[] = [
  ['unshare', '--net'],
  ['unshare', '--user', '--net'],
]

/** Where systems keep such tools. */
export const PLACES = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/run/current-system/sw/bin']

let known: Wall | undefined

/** Tried out once: what is there may not be allowed. */
export function wallOf(): Wall {
  return (known ??= buildWall({ places: PLACES, networkDenied: deniesNetwork() }))
}

/** What is going to be the wall in nearly every place, not tried out. */
export function likelyPrefix(): readonly string[] {
  return known?.prefix ?? candidates({ places: PLACES, networkDenied: deniesNetwork() })[0]?.prefix ?? []
}

/** What a child has come up behind is known to work. */
export function confirmLikely(): void {
  const ground = { places: PLACES, networkDenied: deniesNetwork() }
  known ??= wallFrom(candidates(ground)[0], ground)
}

export interface Ground {
  /** Folders in which tools are looked for. */
  readonly places: readonly string[]
  /** By Node itself. */
  readonly networkDenied: boolean
}

export function buildWall(ground: Ground): Wall {
  const found = candidates(ground).find(({ prefix }) => works(prefix))
  return wallFrom(found, ground)
}

function wallFrom(found: Candidate | undefined, { networkDenied }: Ground): Wall {
  const gaps: EvaluatorGap[] = []
  if (!networkDenied && !found?.tools.some((tool) => tool !== LEASH)) gaps.push('network')
  if (!found?.tools.includes(LEASH)) gaps.push('orphans')
  if (!existsSync('/proc/self/status')) gaps.push('memory')
  return { prefix: found?.prefix ?? [], gaps }
}

interface Candidate {
  readonly tools: readonly Tool[]
  readonly prefix: readonly string[]
}

/** The better before the worse. */
function candidates({ places, networkDenied }: Ground): readonly Candidate[] {
  const cuts = networkDenied ? [] : CUT.filter(([, ...args]) => process.geteuid?.() === 0 || args.includes('--user'))
  const tries = [...cuts.map((cut) => [cut, LEASH]), [LEASH], ...cuts.map((cut) => [cut])]
  return tries.flatMap((tools) => {
    const prefix = commandOf(tools, places)
    return prefix === undefined ? [] : [{ tools, prefix }]
  })
}

/** Node's permission model does, from version 26. */
function deniesNetwork(): boolean {
  return Number.parseInt(process.versions.node, 10) >= 26 // to ask for its flags takes a millisecond
}

/** @returns undefined when one of them is not there */
function commandOf(tools: readonly Tool[], places: readonly string[]): readonly string[] | undefined {
  const command: string[] = []
  for (const [name, ...args] of tools) {
    const path = places.map((place) => `${place}/${name}`).find((each) => existsSync(each))
    if (path === undefined) return undefined
    command.push(path, ...args)
  }
  return command
}

/** Runs its first tool under it, which starts in a millisecond. */
function works(prefix: readonly string[]): boolean {
  const [path, ...args] = prefix
  if (path === undefined) return false
  return spawnSync(path, [...args, path, '--version'], { env: {}, cwd: '/', stdio: 'ignore', timeout: 2_000 }).status === 0
}

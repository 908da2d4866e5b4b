import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { link, open, rename, rm, unlink } from 'node:fs/promises'
import { isRefusal } from '../system.ts'
import type { Holder } from './holder.ts'
import { isAlive, type LeaseFile, parseHolder } from './liveness.ts'

/** One who wants the lease: who it is, and a file with the text that would be the lease. */
export interface Contender {
  readonly ourselves: Holder
  readonly draft: string
}

/** `busy`: it is changing hands just now; look again in a moment. `by` is who seems to be getting it. */
export type Outcome =
  | { readonly type: 'ours' }
  | { readonly type: 'held'; readonly by: Holder }
  | { readonly type: 'busy'; readonly by?: Holder }

/**
 * Tries once for the lease. `link()` gives a name to a whole file, at once or not at all (EEXIST), so that a lease that is not
 * there is had by exactly one.
 *
 * Replacing a stale lease is harder: who finds it stale may be slow, and must not replace what a quicker one has put there since.
 * Hence a lease is replaced or removed only by who holds the claim on it: a file that is named after that very lease, and likewise
 * made by `link()`. Who has the claim looks again whether the lease is still the one he claims; if so it will stay so, since
 * nobody else may touch it. A claim goes only after the lease it is on has gone, and no lease ever comes back (each has a nonce),
 * so a claim that comes late, on a lease that is no more, finds that out by looking again. A claim whose maker died is itself claimed
 * in the same way, and so on: the right lies with the end of that chain. Each claim is named after all texts of the chain before it:
 * the last one alone would not do, since who gives up a lease claims it with its own text.
 */
export async function contend(lease: string, contender: Contender): Promise<Outcome> {
  if (await tryLink(contender.draft, lease)) return { type: 'ours' }
  const current = await readLease(lease)
  if (!current) return { type: 'busy' }
  if (!(await isAlive(current, contender.ourselves))) return succeed(lease, current.text, contender)
  const by = parseHolder(current.text)
  return by ? { type: 'held', by } : { type: 'busy' }
}

async function succeed(lease: string, stale: string, contender: Contender): Promise<Outcome> {
  const chain = await claim(lease, stale, contender)
  if (chain.type === 'busy') return chain
  const current = await readLease(lease)
  if (current?.text !== stale) {
    await unlink(chain.own)
    return { type: 'busy' }
  }
  await rename(contender.draft, lease)
  for (const path of [...chain.abandoned, chain.own]) await rm(path, { force: true })
  return { type: 'ours' }
}

type Busy = Outcome & { readonly type: 'busy' }

interface Chain {
  readonly type: 'claimed'
  readonly own: string
  /** Claims of those who died before they could use them, oldest first. */
  readonly abandoned: readonly string[]
}

async function claim(lease: string, stale: string, contender: Contender): Promise<Chain | Busy> {
  const abandoned: string[] = []
  let chain = stale
  let own = claimPath(lease, chain)
  while (!(await tryLink(contender.draft, own))) {
    const rival = await readLease(own)
    if (!rival) return { type: 'busy' }
    if (await isAlive(rival, contender.ourselves)) return busyBy(rival)
    abandoned.push(own)
    chain += rival.text
    own = claimPath(lease, chain)
  }
  return { type: 'claimed', own, abandoned }
}

function busyBy({ text }: LeaseFile): Busy {
  const by = parseHolder(text)
  return by ? { type: 'busy', by } : { type: 'busy' }
}

/**
 * Gives up the lease with this text, if it is still there. Under a claim, so that nobody who takes it for stale replaces it at the
 * same time; who has claimed it already shall have it.
 */
export async function giveUp(lease: string, text: string): Promise<void> {
  const own = claimPath(lease, text)
  try {
    if (!(await tryLink(lease, own))) return
  } catch (error) {
    if (isRefusal(error, 'ENOENT')) return // gone already
    throw error
  }
  const current = await readLease(lease)
  if (current?.text === text) await unlink(lease)
  await unlink(own)
}

/** A name for the claim on the lease with this text, or on the last claim of a chain. */
function claimPath(lease: string, chain: string): string {
  return `${lease}.${createHash('sha256').update(chain).digest('hex').slice(0, 32)}.claim`
}

/** False where the new name is taken. */
async function tryLink(existing: string, name: string): Promise<boolean> {
  try {
    await link(existing, name)
    return true
  } catch (error) {
    if (isRefusal(error, 'EEXIST')) return false
    throw error
  }
}

/**
 * Text and time of one and the same file, whatever takes its name meanwhile. `O_NONBLOCK`, since opening a named pipe would wait.
 * @returns undefined where there is none
 * @throws system errors
 */
export async function readLease(path: string): Promise<LeaseFile | undefined> {
  try {
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      return { text: await handle.readFile('utf8'), mtimeMs: (await handle.stat()).mtimeMs }
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (isRefusal(error, 'ENOENT')) return undefined
    throw error
  }
}

import { open, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { err, ok, type Result, type ResultAsync } from 'neverthrow'
import type { LeaseError, LeaseHeld, SystemFailure } from '../errors.ts'
import { contend, type Contender, giveUp, type Outcome } from './contend.ts'
import { type LeaseLost, startHeartbeat } from './heartbeat.ts'
import { describeOurselves, type Holder } from './holder.ts'
import { attempt } from '../system.ts'
import { resolveTarget } from '../target.ts'

/** The right to write one lockfile. */
export interface Lease {
  /** Resolves when somebody else is found to hold it, or it is gone; looked at every 10 s. Never resolves otherwise. */
  readonly lost: Promise<LeaseLost>
  /** Gives it up, if it is still ours. On err it is left behind, and heals when this process ends. */
  release(): ResultAsync<void, LeaseError>
}

/**
 * Acquires the lease of a lockfile: a file `<lockfile>.lease` beside it (0600), beside the target where the lockfile is a link.
 * A lease whose holder died is taken over, by exactly one of those who try. Needs a file system with hard links.
 *
 * Not `flock`, which the kernel gives back by itself: Node has no call for it. Not a library: the common ones go by the file's age
 * alone, so that a daemon that was stopped for a while loses its lease to a second one, and a crash costs the next start a wait.
 *
 * @returns err `held` if another process is at work; `unusable` if the file cannot be written
 */
export function acquireLease(lockfilePath: string): ResultAsync<Lease, LeaseHeld | LeaseError> {
  return attempt(() => resolveTarget(lockfilePath))
    .mapErr((failure) => unusable(`${lockfilePath}.lease`, failure))
    .andThen((lockfile) => {
      const lease = `${lockfile}.lease`
      return attempt(() => acquire(lease))
        .mapErr((failure) => unusable(lease, failure))
        .andThen((result) => result)
    })
}

function unusable(path: string, failure: SystemFailure): LeaseError {
  return { type: 'unusable', path, ...failure }
}

async function acquire(lease: string): Promise<Result<Lease, LeaseHeld | LeaseError>> {
  const ourselves = await describeOurselves()
  const text = `${JSON.stringify(ourselves, undefined, 2)}\n`
  const draft = join(dirname(lease), `.${basename(lease)}.${ourselves.nonce}.tmp`)
  try {
    await writeDraft(draft, text)
    const outcome = await contendPatiently(lease, { ourselves, draft })
    return outcome.type === 'ours' ? ok(hold(lease, text)) : err(refusal(lease, outcome.by))
  } finally {
    await rm(draft, { force: true })
  }
}

/** Made durable, so that a lease that outlives a power cut can still be read. */
async function writeDraft(draft: string, text: string): Promise<void> {
  const handle = await open(draft, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** A lease changes hands within milliseconds; who waits longer in vain waits for a stopped process. */
const TURNS = 100
const TURN_MS = 20

async function contendPatiently(lease: string, contender: Contender): Promise<Outcome> {
  for (let turn = 1; ; turn++) {
    const outcome = await contend(lease, contender)
    if (outcome.type !== 'busy' || turn === TURNS) return outcome
    await setTimeout(TURN_MS)
  }
}

function refusal(lease: string, by: Holder | undefined): LeaseHeld | LeaseError {
  if (by) return { type: 'held', pid: by.pid, host: by.host, since: by.acquiredAt }
  const msg = `'${lease}' is damaged and was changed less than a minute ago; wait, or remove it if no aigw-sync uses the lockfile`
  return unusable(lease, { code: 'BUSY', msg })
}

function hold(lease: string, text: string): Lease {
  const heartbeat = startHeartbeat(lease, text)
  return {
    lost: heartbeat.lost,
    release: () => {
      heartbeat.stop()
      return attempt(() => giveUp(lease, text)).mapErr((failure) => unusable(lease, failure))
    },
  }
}

/** Lets everything come to rest: nothing goes wrong any more, and everything has its time. */
import type { Process } from './process.ts'
import type { Sim } from './sim.ts'

/** Longer than the longest wait and the grace. */
const LONG_MS = 400_000

/** A round each for what came late, what that leaves behind, what waits for its grace; and some to spare. */
const MOST_ROUNDS = 12

/** Lets everything come to rest. @returns the process that is left */
export async function comeToRest(sim: Sim): Promise<Process> {
  for (const disk of sim.disks.slice(1)) sim.crash(true, disk)
  sim.disks.splice(1)
  sim.fates = []
  sim.disk.fates = []
  sim.line.flushLate()
  sim.start()
  sim.write((folder) => {
    folder.broken.clear()
    folder.isComplete = true
  })
  await sim.settle()
  sim.line.flushLate()
  const { daemon } = sim
  if (!daemon) throw new Error('Expected the daemon to run')
  for (let round = 1, calm = 0; calm < 2; round++) {
    if (round > MOST_ROUNDS) throw new Error(`Expected an end after ${MOST_ROUNDS} resyncs\n${sim.story}`)
    sim.line.log.push(`quiet: round ${round}`)
    const before = fingerprint(sim)
    await sim.pass(LONG_MS)
    await sim.settle()
    forgive(sim, daemon)
    daemon.resync()
    await sim.settle()
    calm = fingerprint(sim) === before ? calm + 1 : 0
  }
  return daemon
}

/** What failed for good is tried again when its file is saved. */
function forgive(sim: Sim, { reconciler }: Process): void {
  const failed = [...reconciler.troubled].flatMap(([key, { permanent }]) => (permanent ? [key] : []))
  if (failed.length === 0) return
  for (const key of failed) sim.ledger.declare(key, reconciler.world.desired.entries.get(key))
  reconciler.change(new Set(failed))
}

function fingerprint({ account, disk }: Sim): string {
  return JSON.stringify([account.all, [...disk.durable].map(([key, { id, digest, source }]) => [key, id, digest, source])])
}

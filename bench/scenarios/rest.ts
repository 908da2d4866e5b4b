import { setTimeout as pause } from 'node:timers/promises'
import { clock } from '../harness/clock.ts'
import { settleDown } from '../harness/crowd.ts'
import { effort, entries, inWords } from '../harness/effort.ts'
import { type Activity, activityOf, childrenOf } from '../harness/processes.ts'
import { startDaemon } from '../harness/product.ts'
import { resyncer } from '../harness/resync.ts'
import type { Row, Scenario, Unit } from '../harness/scenario.ts'
import type { Stage } from '../harness/stage.ts'
import { type Summary, summarize } from '../harness/statistics.ts'

const SIZES = [1_000, entries(10_000)]
const WINDOWS = effort(5)
const WINDOW_S = 5
const RESYNCS = effort(5)

/** A five-hundredth of a core. */
const LIMIT_MS = 2

/** The default of `resyncInterval`. */
const RESYNC_EVERY_S = 300

export const rest: Scenario = {
  name: 'rest',
  about: `What all threads of \`aigw-sync run\` and of its evaluator use while nothing happens, in ${WINDOWS} times ${WINDOW_S} seconds: time on a core, and how
often one is woken. No resync falls into them; what one costs the two is stated apart, spread over the ${RESYNC_EVERY_S} seconds between two by default.
The peer is a Node.js that does nothing. Twice a second the daemon looks whether its folder is still the one it was: most of what it is woken for. The bounds
are ours, the design says none.`,
  run: async (stage) => {
    const idle = stage.start(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'])
    const rows: Row[] = []
    for (const amount of SIZES) rows.push(...(await rowsWith(stage, amount, idle.pid)))
    return { rows }
  },
}

async function rowsWith(stage: Stage, amount: number, idle: number): Promise<readonly Row[]> {
  const crowd = await settleDown(stage, amount)
  const daemon = await startDaemon(stage, crowd)
  await pause(3_000) // what begins with it has ended
  const ours: Activity[] = []
  const node: Activity[] = []
  for (let n = 0; n < WINDOWS; n++) {
    const [begun, beside, start] = [together(daemon.pid), activityOf(idle), clock()]
    await pause(WINDOW_S * 1_000)
    const seconds = (clock() - start) / 1_000
    ours.push(since(begun, together(daemon.pid), seconds))
    node.push(since(beside, activityOf(idle), seconds))
  }
  const resync = resyncer(stage, crowd)
  const resyncs: number[] = []
  for (let n = 0; n < RESYNCS; n++) {
    const begun = together(daemon.pid)
    await resync()
    await pause(1_000) // what follows from it is part of it
    resyncs.push(since(begun, together(daemon.pid), RESYNC_EVERY_S).cpuMs)
  }
  await daemon.kill()
  const row = (what: string, unit: Unit, of: keyof Activity): Row => ({
    what: `${what} with ${inWords(amount)} entries`,
    unit,
    ours: figures(ours, of),
    peer: { name: 'idle `node`', figures: figures(node, of) },
  })
  return [
    { ...row('at rest', 'ms of CPU a second', 'cpuMs'), bounds: [{ kind: 'at-most', value: LIMIT_MS }] },
    { ...row('wakeups', 'a second', 'wakeups'), bounds: [{ kind: 'at-most', value: 5 }] },
    { what: `resyncs with ${inWords(amount)} entries`, unit: 'ms of CPU a second', ours: summarize(resyncs) },
  ]
}

function figures(all: readonly Activity[], of: keyof Activity): Summary {
  return summarize(all.map((each) => each[of]))
}

/** The daemon and its evaluator. */
function together(pid: number): Activity {
  const all = [pid, ...childrenOf(pid)].map(activityOf)
  return {
    cpuMs: all.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    wakeups: all.reduce((sum, { wakeups }) => sum + wakeups, 0),
  }
}

/** For each second. */
function since(before: Activity, after: Activity, seconds: number): Activity {
  return { cpuMs: (after.cpuMs - before.cpuMs) / seconds, wakeups: (after.wakeups - before.wakeups) / seconds }
}

import { setTimeout as pause } from 'node:timers/promises'
import { type Crowd, gather } from '../harness/crowd.ts'
import { effort, entries, inWords } from '../harness/effort.ts'
import { childrenOf, proportionalMb, residentMb } from '../harness/processes.ts'
import { apply, startDaemon } from '../harness/product.ts'
import type { Row, Scenario } from '../harness/scenario.ts'
import type { Stage } from '../harness/stage.ts'
import { type Summary, summarize } from '../harness/statistics.ts'

const SIZES = [
  { amount: 1_000, limitMb: 90 },
  { amount: entries(10_000), limitMb: 250 },
]
const SAMPLES = effort(10)
const EVERY_MS = 500

/** Five seconds after its last event the daemon gives back what it does not need. */
const RESTS_AFTER_MS = 8_000

export const memory: Scenario = {
  name: 'memory',
  about: `Resident memory (\`VmRSS\`) of \`aigw-sync run\`, read ${SAMPLES} times in ${(SAMPLES * EVERY_MS) / 1_000} seconds once it has been quiet for
${RESTS_AFTER_MS / 1_000}, with the unit's \`MALLOC_ARENA_MAX=2\` and \`MIMALLOC_ALLOW_THP=0\`; once where it had made all entries itself, once where it was started again and found them made. The daemon and its evaluator share the pages of the
Node.js executable, which both figures hold; for the two together they are counted once (\`Pss\`). The peer is a Node.js that does nothing.`,
  run: async (stage) => {
    const idle = stage.start(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'])
    const rows: Row[] = []
    for (const { amount, limitMb } of SIZES) {
      const crowd = await gather(stage, amount)
      const made = await makeAndWatch(stage, crowd)
      await apply(stage, crowd) // writes down whatever was still to be written
      const daemon = await startDaemon(stage, crowd)
      const found = await watch(daemon.pid)
      await daemon.kill()
      const node = summarize(await sample(() => residentMb(idle.pid)))
      rows.push(
        ...rowsOf(`that made ${inWords(amount)}`, made, node, limitMb),
        ...rowsOf(`that found ${inWords(amount)}`, found, node, limitMb),
      )
    }
    return { rows }
  },
}

interface Watched {
  readonly daemon: Summary
  readonly evaluator: Summary
  readonly together: Summary
}

async function makeAndWatch(stage: Stage, crowd: Crowd): Promise<Watched> {
  const daemon = await startDaemon(stage, crowd)
  await crowd.gateway.arrival(crowd.names)
  const watched = await watch(daemon.pid)
  await daemon.kill()
  return watched
}

async function watch(pid: number): Promise<Watched> {
  await pause(RESTS_AFTER_MS)
  const daemon: number[] = []
  const together: number[] = []
  const evaluator = await sample(() => {
    const children = childrenOf(pid)
    daemon.push(residentMb(pid))
    together.push([pid, ...children].reduce((sum, each) => sum + proportionalMb(each), 0))
    return children.reduce((sum, child) => sum + residentMb(child), 0)
  })
  return { daemon: summarize(daemon), evaluator: summarize(evaluator), together: summarize(together) }
}

async function sample(take: () => number): Promise<readonly number[]> {
  const samples: number[] = []
  while (samples.length < SAMPLES) {
    samples.push(take())
    await pause(EVERY_MS)
  }
  return samples
}

function rowsOf(which: string, { daemon, evaluator, together }: Watched, node: Summary, limitMb: number): readonly Row[] {
  const peer = { name: 'idle `node`', figures: node }
  return [
    {
      what: `the daemon ${which}`,
      unit: 'MB',
      ours: daemon,
      peer,
      budget: 'memory',
      bounds: [{ kind: 'at-most', value: limitMb }],
    },
    { what: 'its evaluator', unit: 'MB', ours: evaluator, peer },
    { what: 'both together', unit: 'MB', ours: together, peer },
  ]
}

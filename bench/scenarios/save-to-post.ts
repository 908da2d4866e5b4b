import { dropBodies, dropModules } from '../harness/drop.ts'
import { openGateway } from '../harness/gateway.ts'
import { takeTurns } from '../harness/rounds.ts'
import type { Bound, Row, Scenario } from '../harness/scenario.ts'
import type { Summary } from '../harness/statistics.ts'

const PEER = '`inotifywait` + `curl`'

/** 1.5 × (settle time + 4 ms). */
function budget(settleMs: number): Bound {
  return { kind: 'at-most', value: 1.5 * (settleMs + 4) }
}

export const saveToPost: Scenario = {
  name: 'save-to-post',
  about: `From before a new file is written into a folder of 1,000 until its POST has arrived whole. Ours: \`aigw-sync run\`, warm, with a
TypeScript module that imports a helper. Peer: \`inotifywait --monitor --recursive --event close_write,moved_to | while read …; do curl …\`
with the finished JSON body, as many bytes as ours. Both have been warmed up with five files.`,
  run: async (stage) => {
    const gateway = await openGateway(stage)
    const options = { gateway, files: 1 }
    const contestants = {
      atOnce: await dropModules(stage, '0ms', options),
      settled: await dropModules(stage, '20ms', options),
      shell: await dropBodies(stage, 'loop', options),
    }
    const { atOnce, settled, shell } = await takeTurns(contestants, { rounds: 40, warmup: 5 })
    return {
      rows: [
        row('`--settle 0ms`', atOnce, shell, [budget(0), { kind: 'ahead', times: 7 }]),
        row('`--settle 20ms` (the default)', settled, shell, [budget(20)]),
      ],
    }
  },
}

function row(what: string, ours: Summary, shell: Summary | undefined, bounds: readonly Bound[]): Row {
  return { what, unit: 'ms', ours, peer: { name: PEER, figures: shell }, bounds, budget: 'save' }
}

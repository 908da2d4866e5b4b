import { dropBodies, dropModules } from '../harness/drop.ts'
import { openGateway } from '../harness/gateway.ts'
import { takeTurns } from '../harness/rounds.ts'
import type { Scenario } from '../harness/scenario.ts'

export const burst: Scenario = {
  name: 'burst',
  about: `From before the first of 200 new files is written, one after another without a pause, into a folder of 1,000 until the last POST
has arrived whole. Ours: \`aigw-sync run\` with the default settle time and 8 requests at a time, no rate budget. Peers: as in
\`save-to-post\`, one \`curl\` a file; and the same with \`xargs --max-procs=8\` in place of the loop.`,
  run: async (stage) => {
    const gateway = await openGateway(stage)
    const options = { gateway, files: 200 }
    const contestants = {
      ours: await dropModules(stage, '20ms', options),
      loop: await dropBodies(stage, 'loop', options),
      parallel: await dropBodies(stage, 'parallel', options),
    }
    const { ours, loop, parallel } = await takeTurns(contestants, { rounds: 6, warmup: 1 })
    return {
      rows: [
        { what: '200 files', unit: 'ms', ours, peer: { name: '`inotifywait` + `curl`', figures: loop } },
        { what: '200 files', unit: 'ms', ours, peer: { name: '`inotifywait` + `xargs` + `curl`', figures: parallel } },
      ],
    }
  },
}

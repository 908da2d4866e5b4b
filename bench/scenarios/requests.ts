import { setTimeout as pause } from 'node:timers/promises'
import { settleDown } from '../harness/crowd.ts'
import { effort, entries, inWords } from '../harness/effort.ts'
import type { BenchGateway } from '../harness/gateway.ts'
import { startDaemon } from '../harness/product.ts'
import { resyncer } from '../harness/resync.ts'
import type { Row, Scenario } from '../harness/scenario.ts'
import { summarize } from '../harness/statistics.ts'

const MANY = entries(10_000)
const RESYNCS = effort(10)
const QUIET_S = effort(20)

export const requests: Scenario = {
  name: 'requests',
  about: `What a daemon with ${inWords(MANY)} entries asks of the gateway while nothing is to be done, counted by the gateway: in each of ${RESYNCS}
resyncs, and in ${QUIET_S} seconds after them.`,
  run: async (stage) => {
    const crowd = await settleDown(stage, MANY)
    await startDaemon(stage, crowd)
    const resync = resyncer(stage, crowd)
    const asked: number[] = []
    for (let n = 0; n < RESYNCS; n++) asked.push(await countMeanwhile(crowd.gateway, resync))
    const between = await countMeanwhile(crowd.gateway, () => pause(QUIET_S * 1_000))
    return {
      rows: [
        { what: 'a resync', unit: 'requests', ours: summarize(asked), ...atMost(MANY / 100) },
        { what: `${QUIET_S} seconds without one`, unit: 'requests', ours: summarize([between]), ...atMost(0) },
      ],
    }
  },
}

function atMost(value: number): Pick<Row, 'budget' | 'bounds'> {
  return { budget: 'requests', bounds: [{ kind: 'at-most', value }] }
}

async function countMeanwhile({ counts }: BenchGateway, work: () => Promise<unknown>): Promise<number> {
  const total = async () => Object.values(await counts()).reduce((sum, count) => sum + count, 0)
  const before = await total()
  await work()
  return (await total()) - before
}

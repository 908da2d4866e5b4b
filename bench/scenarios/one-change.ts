import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clock } from '../harness/clock.ts'
import { settleDown } from '../harness/crowd.ts'
import { entries, inWords } from '../harness/effort.ts'
import { moduleText } from '../harness/entries.ts'
import { startDaemon } from '../harness/product.ts'
import { type Contestant, takeTurns } from '../harness/rounds.ts'
import type { Row, Scenario } from '../harness/scenario.ts'
import type { Stage } from '../harness/stage.ts'
import type { Summary } from '../harness/statistics.ts'

const MANY = entries(10_000)
const FEW = 10

export const oneChange: Scenario = {
  name: 'one-change',
  about: `One file among ${inWords(MANY)} in one folder, beside one among ${FEW}: from before it is written until its request has arrived whole. With
\`--settle 0ms\`: a settle time would be the same in both, and bring the ratio nearer to 1. A file that changed is a GET and a PATCH, a new one a POST.`,
  run: async (stage) => {
    const contestants = { ...(await contestantsAmong(stage, MANY, 'many')), ...(await contestantsAmong(stage, FEW, 'few')) }
    const took = await takeTurns<Record<string, Contestant>>(contestants, { rounds: 30, warmup: 5 })
    const row = (what: string, kind: string) => besideFew(what, took[`${kind} many`], took[`${kind} few`])
    return { rows: [row('changed file → PATCH', 'edit'), row('new file → POST', 'drop')] }
  },
}

function besideFew(what: string, ours: Summary | undefined, few: Summary | undefined): Row {
  if (ours === undefined) throw new Error(`${what}: not measured`)
  const peer = { name: `among ${FEW}`, figures: few }
  return {
    what: `${what}, among ${inWords(MANY)}`,
    unit: 'ms',
    ours,
    peer,
    budget: 'change',
    bounds: [{ kind: 'within', times: 1.5 }],
  }
}

async function contestantsAmong(stage: Stage, amount: number, size: string): Promise<Record<string, Contestant>> {
  const crowd = await settleDown(stage, amount)
  const [name = ''] = crowd.names
  await startDaemon(stage, { ...crowd, flags: ['--settle', '0ms'] })
  const write = async (file: string, text: string, awaited: string) => {
    const start = clock()
    writeFileSync(join(crowd.cwd, 'configs', `${file}.ts`), text)
    return (await crowd.gateway.arrival([awaited])) - start
  }
  return {
    [`edit ${size}`]: (round) => write(name, moduleText(name, `edition ${round}`), `edition ${round}`),
    [`drop ${size}`]: (round) => write(`new-${round}`, moduleText(`new-${round}`), `new-${round}`),
  }
}

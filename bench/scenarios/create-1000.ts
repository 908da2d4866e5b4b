import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bodyText, namesOf, writeModules } from '../harness/entries.ts'
import { openGateway } from '../harness/gateway.ts'
import { apply } from '../harness/product.ts'
import { takeTurns } from '../harness/rounds.ts'
import type { Scenario } from '../harness/scenario.ts'
import type { Stage } from '../harness/stage.ts'
import { summarize } from '../harness/statistics.ts'

const POOL = fileURLToPath(new URL('../peers/pool.js', import.meta.url))
const CONCURRENCY = '8'
const WARMUP = 1
const NAMES = namesOf('entry', 1_000)

interface Took {
  /** The whole process. */
  readonly whole: number
  /** From the first POST to the last. */
  readonly sending: number
}

export const create1000: Scenario = {
  name: 'create-1000',
  about: `From the start of a process until it has ended, with 1,000 configurations made by ${CONCURRENCY} requests at a time on an empty
gateway. Ours: \`aigw-sync apply --rate-limit off\` on 1,000 TypeScript modules, with the lockfile written. Peer: a script with a bare
undici \`Pool\` that posts the same 1,000 finished bodies. The second row is the part of the same runs from the first POST to the last.`,
  run: async (stage) => {
    const ours: Took[] = []
    const pool: Took[] = []
    const contestants = { ours: () => keep(ours, runOurs(stage)), pool: () => keep(pool, runPool(stage)) }
    await takeTurns(contestants, { rounds: 10, warmup: WARMUP })
    const figures = (all: readonly Took[], part: keyof Took) => summarize(all.slice(WARMUP).map((took) => took[part]))
    const peer = (part: keyof Took) => ({ name: 'undici `Pool`', figures: figures(pool, part) })
    return [
      {
        what: 'the whole process',
        unit: 'ms',
        ours: figures(ours, 'whole'),
        peer: peer('whole'),
        bounds: [{ kind: 'within', times: 2 }],
      },
      { what: 'first POST to last', unit: 'ms', ours: figures(ours, 'sending'), peer: peer('sending') },
    ]
  },
}

async function keep(all: Took[], running: Promise<Took>): Promise<number> {
  const took = await running
  all.push(took)
  return took.whole
}

async function runOurs(stage: Stage): Promise<Took> {
  const gateway = await openGateway(stage)
  const cwd = stage.folder()
  writeModules(join(cwd, 'configs'), NAMES)
  const posted = gateway.posts(NAMES)
  const start = performance.now()
  await apply(stage, { gateway, cwd, flags: ['--concurrency', CONCURRENCY] })
  const whole = performance.now() - start
  await posted
  return { whole, sending: gateway.span() }
}

async function runPool(stage: Stage): Promise<Took> {
  const gateway = await openGateway(stage)
  const bodies = join(stage.folder(), 'bodies.json')
  writeFileSync(bodies, JSON.stringify(NAMES.map(bodyText)))
  const posted = gateway.posts(NAMES)
  const start = performance.now()
  const code = await stage.start(process.execPath, [POOL, bodies, gateway.url, CONCURRENCY]).ended
  const whole = performance.now() - start
  if (code !== 0) throw new Error(`the pool ended with ${code}`)
  await posted
  return { whole, sending: gateway.span() }
}

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readFileSync, writeFileSync } from 'node:fs'
import { clock } from '../harness/clock.ts'
import { inWords } from '../harness/effort.ts'
import { bodyText, namesOf, writeModules } from '../harness/entries.ts'
import { openGateway } from '../harness/gateway.ts'
import { havePeers } from '../harness/npm-peers.ts'
import { apply } from '../harness/product.ts'
import { type Contestant, takeTurns } from '../harness/rounds.ts'
import type { Scenario } from '../harness/scenario.ts'
import type { Stage } from '../harness/stage.ts'
import { type Summary, summarize } from '../harness/statistics.ts'

const PEERS = fileURLToPath(new URL('../peers', import.meta.url))
const POOL = ['pool.js']
const ALCHEMY = ['alchemy.run.js', '--quiet']
const DEPLOY = ['node_modules/alchemy/bin/alchemy.js', 'deploy', join(PEERS, 'alchemy.run.js')]
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
  about: `From the start of a process until it has ended, with ${inWords(NAMES.length)} configurations made by ${CONCURRENCY} requests at a time
on an empty gateway. Ours: \`aigw-sync apply --rate-limit off\` on as many TypeScript modules, with the lockfile written. Peers: a script with
a bare undici \`Pool\` that posts the same finished bodies, and keeps nothing; the same bodies as resources of alchemy, sent by the same \`Pool\`, with
the state store it has by default (a file for each resource, not synced), started by \`alchemy deploy\` as its templates do, and by \`node\` without its
command line and its messages; its telemetry is off. The last row is the part of the same runs from the first POST to the last.`,
  run: async (stage) => {
    const ours: Took[] = []
    const pool: Took[] = []
    const contestants = {
      ours: keep(ours, () => runOurs(stage)),
      pool: keep(pool, () => runPeer(stage, POOL)),
      deploy: havePeers() ? async () => (await runPeer(stage, DEPLOY)).whole : undefined,
      alchemy: havePeers() ? async () => (await runPeer(stage, ALCHEMY)).whole : undefined,
    }
    const { deploy, alchemy } = await takeTurns<Record<string, Contestant | undefined>>(contestants, {
      rounds: 10,
      warmup: WARMUP,
    })
    const figures = (all: readonly Took[], part: keyof Took) => summarize(all.slice(WARMUP).map((took) => took[part]))
    const beside = (name: string, part: keyof Took, peer: Summary | undefined) =>
      ({ what: PARTS[part], unit: 'ms', ours: figures(ours, part), peer: { name, figures: peer } }) as const
    return {
      rows: [
        { ...beside('`alchemy deploy`', 'whole', deploy), budget: 'creates', bounds: [{ kind: 'ahead', times: 5 }] },
        { ...beside('alchemy started by `node`', 'whole', alchemy), budget: 'creates' },
        {
          ...beside('undici `Pool`', 'whole', figures(pool, 'whole')),
          budget: 'creates',
          bounds: [{ kind: 'within', times: 2 }],
        },
        beside('undici `Pool`', 'sending', figures(pool, 'sending')),
      ],
    }
  },
}

const PARTS = { whole: 'the whole process', sending: 'first POST to last' }

function keep(all: Took[], run: () => Promise<Took>): Contestant {
  return async () => {
    const took = await run()
    all.push(took)
    return took.whole
  }
}

async function runOurs(stage: Stage): Promise<Took> {
  const gateway = await openGateway(stage)
  const cwd = stage.folder()
  writeModules(join(cwd, 'configs'), NAMES)
  const start = clock()
  await apply(stage, { gateway, cwd, flags: ['--concurrency', CONCURRENCY] })
  const whole = clock() - start
  await gateway.arrival(NAMES)
  return { whole, sending: await gateway.span() }
}

async function runPeer(stage: Stage, [script = '', ...args]: readonly string[]): Promise<Took> {
  const gateway = await openGateway(stage)
  const cwd = stage.folder()
  const log = join(cwd, 'log')
  const bodies = join(cwd, 'bodies.json')
  writeFileSync(bodies, JSON.stringify(NAMES.map((name) => bodyText(name))))
  const env = { BODIES: bodies, ORIGIN: gateway.url, CONCURRENCY, DO_NOT_TRACK: '1' }
  const start = clock()
  const code = await stage.start(process.execPath, [join(PEERS, script), ...args], { cwd, env, log }).ended
  const whole = clock() - start
  if (code !== 0) throw new Error(`${script} ended with ${code}: ${readFileSync(log, 'utf8').slice(-2_000)}`)
  await gateway.arrival(NAMES)
  return { whole, sending: await gateway.span() }
}

import { Pool } from 'undici'
import { settleDown } from '../harness/crowd.ts'
import { clock } from '../harness/clock.ts'
import { entries, inWords } from '../harness/effort.ts'
import type { BenchGateway } from '../harness/gateway.ts'
import { once, startDaemon, type WorkOptions } from '../harness/product.ts'
import { resyncer } from '../harness/resync.ts'
import { type Contestant, takeTurns } from '../harness/rounds.ts'
import type { Row, Scenario } from '../harness/scenario.ts'
import type { Stage } from '../harness/stage.ts'
import { terraformPlan } from '../peers/terraform.ts'

const MANY = entries(10_000)
const FEWER = entries(5_000)

export const nothingToDo: Scenario = {
  name: 'nothing-to-do',
  about: `Nothing is to be done for ${inWords(MANY)} entries in one folder. Warm: from asking a running daemon for a resync until its plan is made,
which takes in a look at the whole folder and a listing of ${inWords(MANY / 100)} pages, each of which names the next; beside it, the listing alone, with a bare undici
\`Pool\`. Cold: the whole process of \`apply\` beside that of \`validate\`, which loads the same and asks nothing. Terraform plans ${inWords(FEWER)}
resources of the same content with nothing to do, beside \`aigw-sync plan\` of as many. No provider for Terraform is to be had without a
registry, so its resources are of the type \`terraform_data\`, which is built in: **it makes no request at all**, and is flattered by that. Its state is
not from an apply of ${inWords(FEWER)} (one of 1,000 takes it half a minute, and more than in proportion), but from an apply of one, repeated by us; each
of its plans confirms that there is nothing to do.`,
  run: async (stage) => {
    const crowd = await settleDown(stage, MANY)
    return { rows: [...(await cold(stage, crowd)), await warm(stage, crowd), ...(await besideTerraform(stage))] }
  },
}

async function warm(stage: Stage, work: WorkOptions): Promise<Row> {
  const daemon = await startDaemon(stage, work)
  const contestants = { ours: resyncer(stage, work), listing: () => list(work.gateway) }
  const { ours, listing } = await takeTurns(contestants, { rounds: 20, warmup: 3 })
  await daemon.kill()
  const peer = { name: 'the listing alone', figures: listing }
  const bounds = [{ kind: 'at-most', value: 110 }] as const
  return { what: `a resync with ${inWords(MANY)} entries`, unit: 'ms', ours, peer, budget: 'nothing', bounds }
}

async function list({ url, token }: BenchGateway): Promise<number> {
  const pool = new Pool(url, { connections: 1 })
  const start = clock()
  for (let next: string | null = `${url}/access-key-configurations?limit=100`; next !== null;) {
    const { pathname, search } = new URL(next)
    const { body } = await pool.request({ method: 'GET', path: pathname + search, headers: { authorization: `Bearer ${token}` } })
    next = ((await body.json()) as { readonly nextPageUri: string | null }).nextPageUri
  }
  const took = clock() - start
  await pool.close()
  return took
}

async function cold(stage: Stage, work: WorkOptions): Promise<readonly Row[]> {
  const command = (name: 'apply' | 'plan' | 'validate') => () => timed(() => once(stage, name, work))
  const contestants = { apply: command('apply'), plan: command('plan'), validate: command('validate') }
  const { apply, plan, validate } = await takeTurns(contestants, { rounds: 7, warmup: 1 })
  const peer = { name: '`aigw-sync validate`', figures: validate }
  return [
    {
      what: `\`aigw-sync apply\` of ${inWords(MANY)}`,
      unit: 'ms',
      ours: apply,
      peer,
      budget: 'nothing',
      bounds: [{ kind: 'within', times: 1.3 }],
    },
    { what: `\`aigw-sync plan\` of ${inWords(MANY)}`, unit: 'ms', ours: plan, peer },
  ]
}

async function besideTerraform(stage: Stage): Promise<readonly Row[]> {
  const crowd = await settleDown(stage, FEWER)
  const contestants = { ours: () => timed(() => once(stage, 'plan', crowd)), terraform: await terraformPlan(stage, crowd.names) }
  const took = await takeTurns<Record<string, Contestant | undefined>>(contestants, { rounds: 3, warmup: 1 })
  const [ours, terraform] = [took['ours'], took['terraform']]
  if (ours === undefined) throw new Error('ours was not measured')
  const peer = { name: '`terraform plan`', figures: terraform }
  const bounds = [{ kind: 'ahead', times: 8 }] as const
  return [{ what: `\`aigw-sync plan\` of ${inWords(FEWER)}`, unit: 'ms', ours, peer, budget: 'nothing', bounds }]
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = clock()
  await work()
  return clock() - start
}

import { join } from 'node:path'
import { namesOf, writeModules } from '../harness/entries.ts'
import { openGateway } from '../harness/gateway.ts'
import { apply, EXECUTABLE, startApply } from '../harness/product.ts'
import { type Contestant, takeTurns } from '../harness/rounds.ts'
import type { Bound, Row, Scenario } from '../harness/scenario.ts'
import type { Child, Stage } from '../harness/stage.ts'
import type { Summary } from '../harness/statistics.ts'

export const start: Scenario = {
  name: 'start',
  about: `From the start of a process until it has ended, with a warm compile cache. \`apply\` has one entry, which exists: it loads, lists
and plans it, and finds nothing to do.`,
  run: async (stage) => {
    const contestants = {
      node: timed(() => stage.start(process.execPath, ['-e', '0'])),
      help: timed(() => stage.start(process.execPath, [EXECUTABLE, '--help'])),
      apply: await applyOne(stage),
    }
    const { node, help, apply: applied } = await takeTurns(contestants, { rounds: 40, warmup: 3 })
    return [
      row('`aigw-sync --help`', help, node, { kind: 'within', times: 1.7 }),
      row('`aigw-sync apply` of one entry', applied, node, { kind: 'within', times: 4 }),
    ]
  },
}

async function applyOne(stage: Stage): Promise<Contestant> {
  const work = { gateway: await openGateway(stage), cwd: stage.folder() }
  writeModules(join(work.cwd, 'configs'), namesOf('entry', 1))
  await apply(stage, work)
  return timed(() => startApply(stage, work))
}

function timed(begin: () => Child): Contestant {
  return async () => {
    const before = performance.now()
    const code = await begin().ended
    if (code !== 0) throw new Error(`ended with ${code}`)
    return performance.now() - before
  }
}

function row(what: string, ours: Summary, node: Summary, bound: Bound): Row {
  return { what, unit: 'ms', ours, peer: { name: '`node -e 0`', figures: node }, bounds: [bound] }
}

import { join } from 'node:path'
import { clock } from '../harness/clock.ts'
import { namesOf, writeModules } from '../harness/entries.ts'
import { openGateway } from '../harness/gateway.ts'
import { apply, EXECUTABLE, startOnce } from '../harness/product.ts'
import { type Contestant, takeTurns } from '../harness/rounds.ts'
import type { Row, Scenario } from '../harness/scenario.ts'
import type { Child, Stage } from '../harness/stage.ts'
import type { Summary } from '../harness/statistics.ts'

export const start: Scenario = {
  name: 'start',
  about: `From the start of a process until it has ended. \`--help\` and \`apply\` have a warm compile cache; \`plan\` writes nothing anywhere, and has
the code that the build compiled beforehand, which fits the very Node.js that built it. \`plan\` and \`apply\` have one entry, which exists: they load, list and plan it, and find nothing to do.`,
  run: async (stage) => {
    const contestants = {
      node: timed(() => stage.start(process.execPath, ['-e', '0'])),
      help: timed(() => stage.start(process.execPath, [EXECUTABLE, '--help'])),
      ...(await workOnOne(stage)),
    }
    const { node, help, plan: planned, apply: applied } = await takeTurns(contestants, { rounds: 40, warmup: 3 })
    return {
      rows: [
        row('`aigw-sync --help`', help, node, 1.7),
        row('`aigw-sync plan` of one entry', planned, node, 4),
        row('`aigw-sync apply` of one entry', applied, node),
      ],
    }
  },
}

async function workOnOne(stage: Stage): Promise<Record<'plan' | 'apply', Contestant>> {
  const work = { gateway: await openGateway(stage), cwd: stage.folder() }
  writeModules(join(work.cwd, 'configs'), namesOf('entry', 1))
  await apply(stage, work)
  return { plan: timed(() => startOnce(stage, 'plan', work)), apply: timed(() => startOnce(stage, 'apply', work)) }
}

function timed(begin: () => Child): Contestant {
  return async () => {
    const before = clock()
    const code = await begin().ended
    if (code !== 0) throw new Error(`ended with ${code}`)
    return clock() - before
  }
}

function row(what: string, ours: Summary, node: Summary, times?: number): Row {
  const plain = { what, unit: 'ms', ours, peer: { name: '`node -e 0`', figures: node } } as const
  return times === undefined ? plain : { ...plain, budget: 'start', bounds: [{ kind: 'within', times }] }
}

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clock } from '../harness/clock.ts'
import { namesOf, writeModules } from '../harness/entries.ts'
import { type BenchGateway, openGateway } from '../harness/gateway.ts'
import { apply, startDaemon } from '../harness/product.ts'
import { type Contestant, takeTurns } from '../harness/rounds.ts'
import type { Row, Scenario } from '../harness/scenario.ts'
import type { Stage } from '../harness/stage.ts'
import type { Summary } from '../harness/statistics.ts'

const DEPENDENTS = 10
const OTHERS = 1_000

export const sharedHelper: Scenario = {
  name: 'shared-helper',
  about: `From before a helper is saved that ${DEPENDENTS} of 1,010 modules import until the last of ${DEPENDENTS} requests has arrived whole. Creates: the
helper is a list of names, each module declares a configuration for each of them, and one more name is added. Updates: the helper is a text that is in
all of them; each is looked at before it is changed, so that there are as many GETs before.`,
  run: async (stage) => {
    const contestants = {
      ...(await contestantsAt(stage, '0ms')),
      ...(await contestantsAt(stage, '20ms')),
    }
    const took = await takeTurns<Record<string, Contestant>>(contestants, { rounds: 20, warmup: 3 })
    return {
      rows: [
        row('10 POSTs, `--settle 0ms`', took['creates 0ms'], 0),
        row('10 POSTs, `--settle 20ms` (the default)', took['creates 20ms'], 20),
        row('10 PATCHes, `--settle 0ms`', took['updates 0ms']),
        row('10 PATCHes, `--settle 20ms`', took['updates 20ms']),
      ],
    }
  },
}

function row(what: string, ours: Summary | undefined, settle?: number): Row {
  if (ours === undefined) throw new Error(`${what}: not measured`)
  if (settle === undefined) return { what, unit: 'ms', ours }
  return { what, unit: 'ms', ours, budget: 'helper', bounds: [{ kind: 'at-most', value: settle + 25 }] }
}

async function contestantsAt(stage: Stage, settle: string): Promise<Record<string, Contestant>> {
  const gateway = await openGateway(stage)
  const cwd = stage.folder()
  const dir = join(cwd, 'configs')
  writeModules(dir, namesOf('other', OTHERS))
  writeFileSync(join(dir, '_names.ts'), namesText(0))
  writeFileSync(join(dir, '_text.ts'), textText(0))
  for (let index = 0; index < DEPENDENTS; index++) writeFileSync(join(dir, `dependent-${index}.ts`), dependentText(index))
  for (let index = 0; index < DEPENDENTS; index++) writeFileSync(join(dir, `described-${index}.ts`), describedText(index))
  await apply(stage, { gateway, cwd })
  await startDaemon(stage, { gateway, cwd, flags: ['--settle', settle] })
  return {
    [`creates ${settle}`]: (round) =>
      save(join(dir, '_names.ts'), namesText(round + 1), gateway, (index) => `dependent-${index} for team ${round + 1}`),
    [`updates ${settle}`]: (round) =>
      save(join(dir, '_text.ts'), textText(round + 1), gateway, (index) => `described-${index}, edition ${round + 1}`),
  }
}

async function save(path: string, text: string, gateway: BenchGateway, awaited: (index: number) => string): Promise<number> {
  const start = clock()
  writeFileSync(path, text)
  return (await gateway.arrival(Array.from({ length: DEPENDENTS }, (_, index) => awaited(index)))) - start
}

function namesText(last: number): string {
  return `export const teams: readonly number[] = Array.from({ length: ${last + 1} }, (_, team) => team)\n`
}

function textText(edition: number): string {
  return `export const edition: number = ${edition}\n`
}

function dependentText(index: number): string {
  return `import { defineConfigs } from 'aigw-sync'
import { models } from './_limits.ts'
import { teams } from './_names.ts'

export default defineConfigs(
  Object.fromEntries(
    teams.map((team) => [\`team-\${team}\`, { name: \`dependent-${index} for team \${team}\`, access: { models: { allow: models } } }]),
  ),
)
`
}

function describedText(index: number): string {
  return `import { defineConfig } from 'aigw-sync'
import { models } from './_limits.ts'
import { edition } from './_text.ts'

export default defineConfig({
  name: 'described-${index}',
  description: \`described-${index}, edition \${edition}\`,
  access: { models: { allow: models } },
})
`
}

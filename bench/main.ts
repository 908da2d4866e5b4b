/**
 * `npm run bench` measures everything and writes `docs/benchmarks.md`; `npm run bench -- NAME` measures one and shows it. With `--quick`
 * a tenth of everything is done, and nothing written.
 */
import { writeFileSync } from 'node:fs'
import { clock } from './harness/clock.ts'
import { type Measured, renderDocument, renderScenario } from './harness/document.ts'
import { drawCurve } from './harness/draw.ts'
import { IS_QUICK } from './harness/effort.ts'
import { describeLoad, describeMachine } from './harness/machine.ts'
import type { Scenario } from './harness/scenario.ts'
import { Stage } from './harness/stage.ts'
import { backlog } from './scenarios/backlog.ts'
import { burst } from './scenarios/burst.ts'
import { create1000 } from './scenarios/create-1000.ts'
import { evaluate } from './scenarios/evaluate.ts'
import { lockfile } from './scenarios/lockfile.ts'
import { memory } from './scenarios/memory.ts'
import { nothingToDo } from './scenarios/nothing-to-do.ts'
import { oneChange } from './scenarios/one-change.ts'
import { reloads } from './scenarios/reloads.ts'
import { requests } from './scenarios/requests.ts'
import { rest } from './scenarios/rest.ts'
import { saveToPost } from './scenarios/save-to-post.ts'
import { scale } from './scenarios/scale.ts'
import { sharedHelper } from './scenarios/shared-helper.ts'
import { start } from './scenarios/start.ts'

const SCENARIOS: readonly Scenario[] = [
  saveToPost,
  sharedHelper,
  burst,
  evaluate,
  create1000,
  nothingToDo,
  oneChange,
  requests,
  start,
  memory,
  reloads,
  lockfile,
  rest,
  backlog,
  scale,
]
const DOCS = new URL('../docs/', import.meta.url)

// A stage clears itself away when the process exits, which a signal alone would not do in an orderly way.
process.once('SIGINT', () => process.exit(130))
process.once('SIGTERM', () => process.exit(143))

const wanted = process.argv.slice(2).filter((word) => word !== '--quick')
const unknown = wanted.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name))
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}; there are ${SCENARIOS.map(({ name }) => name).join(', ')}.`)
  process.exit(64)
}
const began = clock()
const loadBefore = describeLoad()
const measured: Measured[] = []
const failed: string[] = []
for (const scenario of SCENARIOS) if (wanted.length === 0 || wanted.includes(scenario.name)) await attempt(scenario)
if (failed.length > 0) {
  console.error(`${failed.join(', ')} failed: no document is written`)
  process.exitCode = 1
} else if (wanted.length === 0 && !IS_QUICK) writeDocuments()

/** One that fails costs the document, but not the figures of those after it. */
async function attempt(scenario: Scenario): Promise<void> {
  try {
    measured.push(await measure(scenario))
  } catch (error) {
    console.error(`${scenario.name} failed:`, error)
    failed.push(scenario.name)
  }
}

async function measure(scenario: Scenario): Promise<Measured> {
  const before = clock()
  console.error(`${scenario.name} …`)
  const stage = new Stage()
  try {
    const result = { scenario, outcome: await scenario.run(stage) }
    console.log(`${renderScenario(result)}\n`)
    console.error(`${scenario.name} took ${Math.round((clock() - before) / 1_000)} s`)
    return result
  } finally {
    await stage.close()
  }
}

function writeDocuments(): void {
  const date = new Date().toISOString().slice(0, 10)
  const minutes = Math.round((clock() - began) / 60_000)
  const circumstances = { machine: describeMachine(), date, minutes, loadBefore, loadAfter: describeLoad() }
  writeFileSync(new URL('benchmarks.md', DOCS), renderDocument(measured, circumstances))
  for (const curve of measured.flatMap(({ outcome }) => outcome.curves ?? []))
    writeFileSync(new URL(`${curve.name}.svg`, DOCS), drawCurve(curve))
}

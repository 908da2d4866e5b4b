/** `npm run bench` measures everything and writes `docs/benchmarks.md`; `npm run bench -- NAME` measures one and shows it. */
import { writeFileSync } from 'node:fs'
import { type Measured, renderDocument, renderScenario } from './harness/document.ts'
import { describeLoad, describeMachine } from './harness/machine.ts'
import type { Scenario } from './harness/scenario.ts'
import { Stage } from './harness/stage.ts'
import { burst } from './scenarios/burst.ts'
import { create1000 } from './scenarios/create-1000.ts'
import { evaluate } from './scenarios/evaluate.ts'
import { memory } from './scenarios/memory.ts'
import { reloads } from './scenarios/reloads.ts'
import { saveToPost } from './scenarios/save-to-post.ts'
import { start } from './scenarios/start.ts'

const SCENARIOS: readonly Scenario[] = [saveToPost, burst, create1000, start, evaluate, memory, reloads]
const DOCUMENT = new URL('../docs/benchmarks.md', import.meta.url)

// A stage clears itself away when the process exits, which a signal alone would not do in an orderly way.
process.once('SIGINT', () => process.exit(130))
process.once('SIGTERM', () => process.exit(143))

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name))
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}; there are ${SCENARIOS.map(({ name }) => name).join(', ')}.`)
  process.exit(64)
}
const loadBefore = describeLoad()
const measured: Measured[] = []
for (const scenario of SCENARIOS)
  if (wanted.length === 0 || wanted.includes(scenario.name)) measured.push(await measure(scenario))
if (wanted.length === 0) writeDocument()

async function measure(scenario: Scenario): Promise<Measured> {
  console.error(`${scenario.name} …`)
  const stage = new Stage()
  try {
    const result = { scenario, rows: await scenario.run(stage) }
    console.log(`${renderScenario(result)}\n`)
    return result
  } finally {
    await stage.close()
  }
}

function writeDocument(): void {
  const date = new Date().toISOString().slice(0, 10)
  writeFileSync(DOCUMENT, renderDocument(measured, { machine: describeMachine(), date, loadBefore, loadAfter: describeLoad() }))
}

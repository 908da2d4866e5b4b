import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { namesOf, writeModules } from '../harness/entries.ts'
import { type Contestant, takeTurns } from '../harness/rounds.ts'
import type { Row, Scenario } from '../harness/scenario.ts'
import type { Stage } from '../harness/stage.ts'
import { summarize } from '../harness/statistics.ts'

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url))
const NATIVE = fileURLToPath(new URL('../peers/native-import.js', import.meta.url))
const WARMUP = 1
const RELOADS = 20

interface Took {
  readonly coldMs: number
  readonly reloadMs: readonly number[]
}

export const evaluate: Scenario = {
  name: 'evaluate',
  about: `Cold: from nothing read until 1,000 TypeScript modules that share a helper have been evaluated, in a fresh process, its own code
loaded before. Ours reads, hashes and transforms them, starts the evaluator and runs them there; the peer is Node's own \`import()\` of all
of them. Warm: one of them changed, ${RELOADS} times in the same process.`,
  run: async (stage) => {
    const cwd = prepare(stage)
    const loader = await bundleLoader(stage)
    const ours: Took[] = []
    const native: Took[] = []
    const contestants = { ours: measured(stage, loader, cwd, ours), native: measured(stage, NATIVE, cwd, native) }
    await takeTurns(contestants, { rounds: 10, warmup: WARMUP })
    return [coldRow(ours.slice(WARMUP), native.slice(WARMUP)), warmRow(ours.slice(WARMUP), native.slice(WARMUP))]
  },
}

/** A folder of which Node is told what it would have to find out: that these are ES modules, and where `aigw-sync` is. */
function prepare(stage: Stage): string {
  const cwd = stage.folder()
  writeFileSync(join(cwd, 'package.json'), '{ "type": "module" }\n')
  mkdirSync(join(cwd, 'node_modules'))
  symlinkSync(PACKAGE, join(cwd, 'node_modules/aigw-sync'))
  writeModules(join(cwd, 'configs'), namesOf('entry', 1_000))
  return cwd
}

/** The loader looks for `child.js`. */
const outExtensions = () => ({ js: '.js' })

/** Bundled as the product is: its evaluator starts faster than from source. */
async function bundleLoader(stage: Stage): Promise<string> {
  const { build } = await import('tsdown')
  const folder = stage.folder()
  symlinkSync(join(PACKAGE, 'node_modules'), join(folder, 'node_modules'))
  const entry = {
    loader: join(PACKAGE, 'bench/peers/source-loader.ts'),
    child: join(PACKAGE, 'src/source/evaluator/child.ts'),
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
  const outDir = join(folder, 'dist')
  await build({ config: false, entry, outDir, outExtensions, format: 'esm', platform: 'node', dts: false, logLevel: 'error' })
  return join(outDir, 'loader.js')
}

function measured(stage: Stage, script: string, cwd: string, all: Took[]): Contestant {
  return async (round) => {
    const log = join(stage.folder(), `${round}.json`)
    const args = ['--no-warnings', script, join(cwd, 'configs'), String(RELOADS)]
    const code = await stage.start(process.execPath, args, { cwd, log }).ended
    const said = readFileSync(log, 'utf8')
    if (code !== 0) throw new Error(`${script} ended with ${code}: ${said}`)
    const took = JSON.parse(said) as Took
    all.push(took)
    return took.coldMs
  }
}

function coldRow(ours: readonly Took[], native: readonly Took[]): Row {
  const figures = (all: readonly Took[]) => summarize(all.map(({ coldMs }) => coldMs))
  return {
    what: 'cold load of 1,000 modules',
    unit: 'ms',
    ours: figures(ours),
    peer: { name: 'native `import()`', figures: figures(native) },
    bounds: [{ kind: 'within', times: 0.6 }],
  }
}

function warmRow(ours: readonly Took[], native: readonly Took[]): Row {
  const figures = (all: readonly Took[]) => summarize(all.flatMap(({ reloadMs }) => reloadMs))
  return {
    what: 'one module changed',
    unit: 'ms',
    ours: figures(ours),
    peer: { name: 'native `import(url?t=…)`', figures: figures(native) },
  }
}

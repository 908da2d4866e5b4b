import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { namesOf, writeModules } from '../harness/entries.ts'
import { havePeers } from '../harness/npm-peers.ts'
import { type Contestant, takeTurns } from '../harness/rounds.ts'
import type { Row, Scenario } from '../harness/scenario.ts'
import type { Stage } from '../harness/stage.ts'
import { type Summary, summarize } from '../harness/statistics.ts'

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url))
const PEER = fileURLToPath(new URL('../peers/load-with.js', import.meta.url))
const WARMUP = 1
const RELOADS = 20

interface Took {
  readonly coldMs: number
  readonly reloadMs: readonly number[]
}

/** Those who take so long that a few rounds must do. */
const SLOW = ['jiti', 'c12'] as const

export const evaluate: Scenario = {
  name: 'evaluate',
  about: `Cold: from nothing read until 1,000 TypeScript modules that share a helper have been evaluated, in a fresh process, its own code
loaded before. Ours reads, hashes and transforms them, starts the evaluator and runs them there; the peers load all of them in the process
itself: Node's own \`import()\`, cosmiconfig's loader for \`.ts\`, jiti with its cache of transformed files on disk (filled by the round
before), c12 told of each file. Warm: one of them changed, ${RELOADS} times in the same process; cosmiconfig's loader gives the old
one again, so it has no such row. Only ours and c12's and jiti's notice when a module that is imported changed.`,
  run: async (stage) => {
    const cwd = prepare(stage)
    const loader = await bundleLoader(stage)
    const took: Record<string, Took[]> = {}
    const contestant = (name: string, args: readonly string[]): Contestant => {
      const all: Took[] = (took[name] = [])
      return measured(stage, [...args, join(cwd, 'configs'), String(RELOADS)], cwd, all)
    }
    const fast = {
      ours: contestant('ours', [loader]),
      native: contestant('native', [PEER, 'native']),
      cosmiconfig: contestant('cosmiconfig', [PEER, 'cosmiconfig']),
    }
    await takeTurns(fast, { rounds: 10, warmup: WARMUP })
    if (havePeers()) {
      const slow = SLOW.map((name) => [name, contestant(name, [PEER, name])] as const)
      await takeTurns(Object.fromEntries(slow), { rounds: 3, warmup: WARMUP })
    }
    const figures = (name: string, of: (took: Took) => readonly number[]) => {
      const all = took[name]?.slice(WARMUP).flatMap(of) ?? []
      return all.length > 0 ? summarize(all) : undefined
    }
    const cold = (name: string) => figures(name, ({ coldMs }) => [coldMs])
    const warm = (name: string) => figures(name, ({ reloadMs }) => reloadMs)
    return { rows: [...rows('cold load of 1,000 modules', cold), ...rows('one module changed', warm)] }
  },
}

function rows(what: string, figures: (name: string) => Summary | undefined): readonly Row[] {
  const ours = figures('ours')
  if (ours === undefined) throw new Error('ours was not measured')
  return PEERS.filter(([name]) => what.startsWith('cold') || name !== 'cosmiconfig').map(([name, title]) => {
    const plain = { what, unit: 'ms', ours, peer: { name: title, figures: figures(name) } } as const
    return name === 'native' && what.startsWith('cold') ? promised(plain) : plain
  })
}

function promised(row: Row): Row {
  return { ...row, budget: 'load', bounds: [{ kind: 'within', times: 0.6 }] }
}

const PEERS = [
  ['native', 'native `import()`'],
  ['cosmiconfig', "cosmiconfig's loader"],
  ['jiti', 'jiti'],
  ['c12', 'c12'],
] as const

/** A folder of which Node is told what it would have to find out: that these are ES modules, and where `aigw-sync` is. */
function prepare(stage: Stage): string {
  const cwd = stage.folder()
  writeFileSync(join(cwd, 'package.json'), '{ "type": "module" }\n')
  mkdirSync(join(cwd, 'node_modules'))
  mkdirSync(join(cwd, 'temporary'))
  symlinkSync(PACKAGE, join(cwd, 'node_modules/aigw-sync'))
  writeModules(join(cwd, 'configs'), namesOf('entry', 1_000))
  return cwd
}

/** Beside the evaluator of the built product, so that this is the one it starts. */
async function bundleLoader(stage: Stage): Promise<string> {
  const { build } = await import('tsdown')
  const folder = stage.folder()
  symlinkSync(join(PACKAGE, 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
  const outDir = join(folder, 'dist')
  cpSync(join(PACKAGE, 'dist'), outDir, { recursive: true })
  const entry = { loader: join(PACKAGE, 'bench/peers/source-loader.ts') }
  await build({
    config: false,
    entry,
    outDir,
    fixedExtension: false,
    clean: false,
    format: 'esm',
    platform: 'node',
    dts: false,
    logLevel: 'error',
  })
  return join(outDir, 'loader.js')
}

function measured(stage: Stage, args: readonly string[], cwd: string, all: Took[]): Contestant {
  return async (round) => {
    const log = join(stage.folder(), `${round}.json`)
    const env = { TMPDIR: join(cwd, 'temporary') } // jiti has its cache there
    const code = await stage.start(process.execPath, ['--no-warnings', ...args], { cwd, log, env }).ended
    const said = readFileSync(log, 'utf8')
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${said}`)
    const took = JSON.parse(said) as Took
    all.push(took)
    return took.coldMs
  }
}

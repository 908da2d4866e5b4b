import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { entries, inWords } from '../harness/effort.ts'
import { moduleText, namesOf, writeModules } from '../harness/entries.ts'
import { openGateway } from '../harness/gateway.ts'
import { Count } from '../harness/lines.ts'
import { childrenOf, residentMb } from '../harness/processes.ts'
import { logOf, startDaemon } from '../harness/product.ts'
import type { Row, Scenario } from '../harness/scenario.ts'
import { summarize } from '../harness/statistics.ts'

const RELOADS = entries(10_000)
const SAMPLE_EVERY = RELOADS / 100

/** An evaluator serves 2,000 modules: each of these is one whole life of one. */
const EARLY = [0.2 * RELOADS, 0.4 * RELOADS] as const
const LATE = [0.8 * RELOADS, RELOADS] as const

const [name = ''] = namesOf('entry', 1)

interface Sample {
  readonly reloads: number
  readonly daemon: number
  readonly evaluator: number
}

export const reloads: Scenario = {
  name: 'reloads',
  about: `Resident memory (\`VmRSS\`) of \`aigw-sync run\` and of its evaluator while one module is saved ${inWords(RELOADS)} times, each
time with another comment, and each time the daemon has evaluated it before the next: it never has the five quiet seconds after which it
gives memory back, and does so every quarter of a minute instead. Read every ${SAMPLE_EVERY} reloads. Ours is
reloads ${range(LATE)}, beside reloads ${range(EARLY)} of the same processes: a whole life of an evaluator each.`,
  run: async (stage) => {
    const work = { gateway: await openGateway(stage), cwd: stage.folder(), flags: ['--settle', '0ms'] }
    writeModules(join(work.cwd, 'configs'), [name])
    const { pid } = await startDaemon(stage, work)
    await work.gateway.arrival([name])
    const loaded = new Count(stage, logOf(work, 'run'), '"event":"source.loaded"')
    const samples: Sample[] = []
    for (let n = 1; n <= RELOADS; n += 1) {
      const before = loaded.seen
      save(work.cwd, `${moduleText(name)}// saved ${n} times\n`)
      await loaded.until(before + 1)
      if (n % SAMPLE_EVERY === 0) samples.push({ reloads: n, ...memoryOf(pid) })
    }
    return { rows: [row('the daemon', samples, 'daemon'), row('its evaluator', samples, 'evaluator')] }
  },
}

/** In one step: a file that is seen half written would be loaded twice. */
function save(cwd: string, text: string): void {
  const aside = join(cwd, 'aside')
  writeFileSync(aside, text)
  renameSync(aside, join(cwd, 'configs', `${name}.ts`))
}

function memoryOf(pid: number): Omit<Sample, 'reloads'> {
  return { daemon: residentMb(pid), evaluator: childrenOf(pid).reduce((sum, child) => sum + residentMb(child), 0) }
}

function row(what: string, samples: readonly Sample[], which: 'daemon' | 'evaluator'): Row {
  const figures = ([from, to]: readonly [number, number]) =>
    summarize(samples.filter((sample) => sample.reloads > from && sample.reloads <= to).map((sample) => sample[which]))
  const peer = { name: `reloads ${range(EARLY)}`, figures: figures(EARLY) }
  return {
    what: `${what} after ${inWords(RELOADS)} reloads`,
    unit: 'MB',
    ours: figures(LATE),
    peer,
    bounds: [{ kind: 'within', times: 1.1 }],
    budget: 'memory',
  }
}

function range([from, to]: readonly [number, number]): string {
  return `${inWords(from + 1)} to ${inWords(to)}`
}

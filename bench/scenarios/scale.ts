import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { clock } from '../harness/clock.ts'
import { type Crowd, gather } from '../harness/crowd.ts'
import type { Curve } from '../harness/curves.ts'
import { effort, entries, inWords } from '../harness/effort.ts'
import { moduleText } from '../harness/entries.ts'
import { childrenOf, residentMb } from '../harness/processes.ts'
import { Count } from '../harness/lines.ts'
import { logOf, once, startDaemon } from '../harness/product.ts'
import { resyncer } from '../harness/resync.ts'
import type { Scenario } from '../harness/scenario.ts'
import type { Stage } from '../harness/stage.ts'
import { summarize } from '../harness/statistics.ts'

const SIZES = [1, 10, 100, 1_000, entries(10_000), entries(50_000)]

/** How often each is done; what takes minutes is done once. */
const TIMES = (size: number) => (size > 10_000 ? 1 : effort(size > 1_000 ? 3 : 5))

/** Nothing that a process of so many entries does fits in the defaults for one batch, except time. */
const FLAGS = ['--concurrency', '32']

/** All but `entries` in milliseconds, megabytes or kilobytes. */
interface Size {
  readonly entries: number
  readonly load: number
  readonly create: number
  readonly noop: number
  readonly resync: number
  readonly edit: number
  readonly daemon: number
  readonly evaluator: number
  readonly lockfile: number
}

export const scale: Scenario = {
  name: 'scale',
  about: `The same with 1 to ${inWords(SIZES.at(-1) ?? 0)} entries in one folder. Load: the whole process of \`validate\`. Create: the whole process of \`apply\` on an empty gateway,
without a rate budget, 32 requests at a time. Nothing to do: the whole process of \`apply\` after it. Resync: as in \`nothing-to-do\`, of a running daemon. Edit: from before
one file is written until its PATCH has arrived whole, with \`--settle 0ms\`, each once the one before it is in the lockfile. Memory: \`VmRSS\` of a daemon that found everything made, and of its evaluator.
Medians; of the largest, one run.`,
  run: async (stage) => {
    const sizes: Size[] = []
    for (const size of SIZES) {
      console.error(`  with ${inWords(size)} …`)
      sizes.push(await measure(stage, size))
    }
    return { rows: [], notes: [tableOf(sizes)], curves: curvesOf(sizes) }
  },
}

async function measure(stage: Stage, size: number): Promise<Size> {
  const created = await repeat(TIMES(size), async () => {
    const fresh = await gather(stage, size)
    const work = { ...fresh, flags: FLAGS }
    return { crowd: fresh, took: await timed(() => once(stage, 'apply', work)) }
  })
  const crowd = created[0]?.crowd
  if (crowd === undefined) throw new Error('nothing was created')
  const work = { ...crowd, flags: FLAGS }
  const load = await repeat(TIMES(size), () => timed(() => once(stage, 'validate', crowd)))
  const noop = await repeat(TIMES(size), () => timed(() => once(stage, 'apply', work)))
  return {
    entries: size,
    load: median(load),
    create: median(created.map(({ took }) => took)),
    noop: median(noop),
    ...(await live(stage, crowd)),
    lockfile: statSync(join(crowd.cwd, 'aigw-sync.lock.json')).size / 1_000,
  }
}

/** What a running daemon does. */
async function live(stage: Stage, crowd: Crowd): Promise<Pick<Size, 'resync' | 'edit' | 'daemon' | 'evaluator'>> {
  const daemon = await startDaemon(stage, { ...crowd, flags: ['--settle', '0ms'] })
  await pause(2_000)
  const [own, evaluator] = [residentMb(daemon.pid), childrenOf(daemon.pid).reduce((sum, child) => sum + residentMb(child), 0)]
  const [name = ''] = crowd.names
  const written = new Count(stage, logOf(crowd, 'run'), '"event":"config.updated"')
  let edition = 0
  const edits = await repeat(effort(15), async () => {
    const description = `edition ${edition++}`
    const start = clock()
    writeFileSync(join(crowd.cwd, 'configs', `${name}.ts`), moduleText(name, description))
    const took = (await crowd.gateway.arrival([description])) - start
    await written.until(edition) // it is in the lockfile
    return took
  })
  const resyncs = await repeat(effort(5), resyncer(stage, crowd))
  await daemon.kill()
  return { resync: median(resyncs), edit: median(edits), daemon: own, evaluator }
}

async function repeat<Value>(times: number, work: () => Promise<Value>): Promise<readonly Value[]> {
  const values: Value[] = []
  while (values.length < times) values.push(await work())
  return values
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = clock()
  await work()
  return clock() - start
}

function median(samples: readonly number[]): number {
  return summarize(samples).median
}

function tableOf(sizes: readonly Size[]): string {
  const head = ['entries', 'load', 'create', 'nothing to do', 'resync', 'edit', 'daemon', 'evaluator', 'lockfile']
  const lines = sizes.map((size) => [
    inWords(size.entries),
    ...[size.load, size.create, size.noop, size.resync, size.edit].map((ms) => `${shown(ms)} ms`),
    ...[size.daemon, size.evaluator].map((mb) => `${shown(mb)} MB`),
    `${shown(size.lockfile)} kB`,
  ])
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function shown(value: number): string {
  return value < 10 ? value.toFixed(1) : inWords(Math.round(value))
}

function curvesOf(sizes: readonly Size[]): readonly Curve[] {
  const line = (name: string, of: keyof Size) => ({ name, points: sizes.map((size) => [size.entries, size[of]] as const) })
  return [
    {
      name: 'growth-time',
      title: 'Time by number of entries',
      unit: 'ms',
      lines: [
        line('create', 'create'),
        line('nothing to do', 'noop'),
        line('load', 'load'),
        line('resync', 'resync'),
        line('edit', 'edit'),
      ],
    },
    {
      name: 'growth-size',
      title: 'Memory and lockfile by number of entries',
      unit: 'MB',
      lines: [
        line('daemon', 'daemon'),
        line('evaluator', 'evaluator'),
        { name: 'lockfile', points: sizes.map((size) => [size.entries, size.lockfile / 1_000] as const) },
      ],
    },
  ]
}

import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { namesOf, writeModules } from '../harness/entries.ts'
import { openGateway } from '../harness/gateway.ts'
import { childrenOf, residentMb } from '../harness/processes.ts'
import { apply, startDaemon, type WorkOptions } from '../harness/product.ts'
import type { Row, Scenario } from '../harness/scenario.ts'
import type { Stage } from '../harness/stage.ts'
import { type Summary, summarize } from '../harness/statistics.ts'

const NAMES = namesOf('entry', 1_000)
const SAMPLES = 10
const EVERY_MS = 500

export const memory: Scenario = {
  name: 'memory',
  about: `Resident memory (\`VmRSS\`) of \`aigw-sync run\` with 1,000 entries, read ${SAMPLES} times in ${(SAMPLES * EVERY_MS) / 1_000} seconds
once it is quiet; once where it had made all of them itself, once where it was started again and found them made. The daemon and its
evaluator share the pages of the Node.js executable, which both figures hold. The peer is a Node.js that does nothing.`,
  run: async (stage) => {
    const work = { gateway: await openGateway(stage), cwd: stage.folder() }
    writeModules(join(work.cwd, 'configs'), NAMES)
    const idle = stage.start(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'])
    const made = await makeAndWatch(stage, work)
    await apply(stage, work) // writes down whatever was still to be written
    const daemon = await startDaemon(stage, work)
    const found = await watch(daemon.pid)
    const node = summarize(await sample(() => residentMb(idle.pid)))
    return [...rows('that made all of them', made, node), ...rows('that found all of them', found, node)]
  },
}

interface Watched {
  readonly daemon: Summary
  readonly evaluator: Summary
}

async function makeAndWatch(stage: Stage, work: WorkOptions): Promise<Watched> {
  const posted = work.gateway.posts(NAMES)
  const daemon = await startDaemon(stage, work)
  await posted
  const watched = await watch(daemon.pid)
  await daemon.kill()
  return watched
}

async function watch(pid: number): Promise<Watched> {
  await pause(2_000) // what it has just done is written down, and its garbage is as much as it will be
  const daemon: number[] = []
  const evaluator = await sample(() => {
    daemon.push(residentMb(pid))
    return childrenOf(pid).reduce((sum, child) => sum + residentMb(child), 0)
  })
  return { daemon: summarize(daemon), evaluator: summarize(evaluator) }
}

async function sample(take: () => number): Promise<readonly number[]> {
  const samples: number[] = []
  while (samples.length < SAMPLES) {
    samples.push(take())
    await pause(EVERY_MS)
  }
  return samples
}

function rows(which: string, { daemon, evaluator }: Watched, node: Summary): readonly Row[] {
  const peer = { name: 'idle `node`', figures: node }
  return [
    { what: `the daemon ${which}`, unit: 'MB', ours: daemon, peer, bounds: [{ kind: 'at-most', value: 90 }] },
    { what: 'its evaluator', unit: 'MB', ours: evaluator, peer },
  ]
}

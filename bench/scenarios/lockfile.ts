import { statSync, watch } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { gather } from '../harness/crowd.ts'
import { effort, inWords } from '../harness/effort.ts'
import { apply } from '../harness/product.ts'
import type { Scenario } from '../harness/scenario.ts'
import type { Stage } from '../harness/stage.ts'
import { summarize } from '../harness/statistics.ts'

const CREATES = 1_000
const FILE = 'aigw-sync.lock.json'

interface Writes {
  readonly replacements: number
  readonly bytes: number
}

export const lockfile: Scenario = {
  name: 'lockfile',
  about: `How often \`apply\` of ${inWords(CREATES)} new entries replaces the lockfile, as inotify tells it to this process. One write for each would be
${inWords(CREATES)}; the bound is a quarter of that. What is written in all is beside the size of the file at the end.`,
  run: async (stage) => {
    const all: Writes[] = []
    const sizes: number[] = []
    for (let n = 0; n < effort(5); n++) {
      const { cwd, ...writes } = await countWrites(stage)
      all.push(writes)
      sizes.push(statSync(join(cwd, FILE)).size / 1_000)
    }
    const ours = (part: keyof Writes, unit: number) => summarize(all.map((writes) => writes[part] / unit))
    const what = `for ${inWords(CREATES)} creates`
    return {
      rows: [
        {
          what: `replacements ${what}`,
          unit: 'writes',
          ours: ours('replacements', 1),
          budget: 'lockfile',
          bounds: [{ kind: 'at-most', value: CREATES / 4 }],
        },
        {
          what: `written ${what}`,
          unit: 'kB',
          ours: ours('bytes', 1_000),
          peer: { name: 'the file at the end', figures: summarize(sizes) },
        },
      ],
    }
  },
}

async function countWrites(stage: Stage): Promise<Writes & { readonly cwd: string }> {
  const crowd = await gather(stage, CREATES)
  const path = join(crowd.cwd, FILE)
  const writes = { replacements: 0, bytes: 0 }
  const watcher = watch(crowd.cwd, (event, name) => {
    if (event !== 'rename' || name !== FILE) return
    writes.replacements++
    writes.bytes += statSync(path).size
  })
  await apply(stage, crowd)
  await pause(100) // the last of it is told
  watcher.close()
  return { ...writes, cwd: crowd.cwd }
}

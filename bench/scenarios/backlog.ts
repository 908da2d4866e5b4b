import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { clock } from '../harness/clock.ts'
import { gather } from '../harness/crowd.ts'
import { IS_QUICK, inWords } from '../harness/effort.ts'
import { moduleText } from '../harness/entries.ts'
import { startDaemon } from '../harness/product.ts'
import type { Scenario } from '../harness/scenario.ts'
import { summarize } from '../harness/statistics.ts'

/** As the default, ten times as fast. */
const REQUESTS = 110
const WINDOW_S = 6
const ENTRIES = (IS_QUICK ? 3 : 8) * REQUESTS

/** A tenth is kept for those that come meanwhile. */
const PATIENT = REQUESTS - Math.floor(REQUESTS / 10)

/** Each comes at another place of the window. */
const EVERY_MS = 5_300

/** Those that come while others wait. */
const LATECOMERS = IS_QUICK ? 2 : 7

/** A blink. */
const LATE_MS = 100

interface Latecomer {
  /** When it was dropped. */
  readonly at: number
  readonly took: number
}

export const backlog: Scenario = {
  name: 'backlog',
  about: `The first run over ${inWords(ENTRIES)} new entries with a rate budget of ${REQUESTS} requests in ${WINDOW_S} seconds, the default ten times as fast.
Meanwhile a new file is dropped every ${EVERY_MS / 1_000} seconds; each is to overtake what waits. Beside its time from file to POST is how long it
would have taken at the end of the queue: until the last POST of those that were there before it. A tenth of the budget is kept for such files, so that it
finds a place. The whole run is beside the arithmetic: the nine tenths are spent at once, and again whenever a window has passed.`,
  run: async (stage) => {
    const crowd = await gather(stage, ENTRIES)
    await startDaemon(stage, { ...crowd, flags: ['--rate-limit', `${REQUESTS}/${WINDOW_S}s`] })
    const start = clock()
    const done = crowd.gateway.arrival(crowd.names)
    const dropping: Promise<Latecomer>[] = []
    for (let n = 0; n < LATECOMERS; n++) {
      await pause(start + (n + 1) * EVERY_MS - clock())
      const at = clock()
      writeFileSync(join(crowd.cwd, 'configs', `late-${n}.ts`), moduleText(`late-${n}`))
      dropping.push(crowd.gateway.arrival([`late-${n}`]).then((arrived) => ({ at, took: arrived - at })))
    }
    const dropped = await Promise.all(dropping)
    const end = await done
    const inTime = dropped.filter(({ at }) => at < end)
    const requests = ENTRIES + 1
    return {
      rows: [
        {
          what: 'a file that is dropped meanwhile',
          unit: 'ms',
          ours: summarize(inTime.map(({ took }) => took)),
          peer: { name: 'at the end of the queue', figures: summarize(inTime.map(({ at }) => end - at)) },
          bounds: [{ kind: 'at-most', value: LATE_MS }],
        },
        {
          what: `${inWords(ENTRIES)} creates`,
          unit: 'ms',
          ours: summarize([end - start]),
          peer: { name: 'by arithmetic', figures: summarize([idealMs(requests)]) },
          bounds: [{ kind: 'within', times: 1.1 }],
        },
      ],
      notes: [
        `By the same arithmetic the first run takes ${minutes(1_000)} minutes for 1,000 entries with the default of 110 requests a minute, ${minutes(10_000)} for 10,000,
and ${minutes(50_000)} for 50,000: it is the gateway's limit that says so, and a higher \`rateLimit\` that shortens it.`,
      ],
    }
  },
}

/** The last requests go in the window that begins when so many windows have passed. */
function idealMs(requests: number): number {
  return (Math.ceil(requests / PATIENT) - 1) * WINDOW_S * 1_000
}

function minutes(entries: number): string {
  return inWords(Math.ceil((entries + 1) / PATIENT) - 1)
}

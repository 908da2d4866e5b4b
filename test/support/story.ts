/** What was told since a moment, as short sentences, and proof that there is nothing more to come. */
import { expect, vi } from 'vitest'
import { type ConfigFolder, moduleNamed } from './config-folder.ts'
import { PATIENCE } from './patience.ts'

/** A line of the daemon's log, or an event of a room. */
export interface Told {
  readonly event: string
  readonly [field: string]: unknown
}

export interface Story {
  /**
   * Waits until exactly this was told since the last time, in any order, and that nothing follows: `config.created team/a`,
   * `source.invalid a.ts syntax`, `evaluated 2`. A file that comes and goes again is the proof: what was under way before it has
   * been told by then.
   */
  readonly tells: (...expected: readonly string[]) => Promise<void>
  /** Everything told since the last time, once nothing more is to come. For what may happen in more than one way. */
  readonly rest: () => Promise<readonly Told[]>
}

/** What keys of sentinels begin with. */
const SENTINEL = 'zz-sentinel-'

/** No key comes twice: a gateway outlives the daemon. */
let sentinels = 0

/** Follows what is told of a folder. @param lines grows; every change of an entry is one line with its `key` */
export function followStory(folder: ConfigFolder, lines: readonly Told[]): Story {
  let from = lines.length
  /** Sorts behind everything else in a plan, and is gone for good only when everything missed before it is. */
  const passSentinel = async (): Promise<void> => {
    const key = `${SENTINEL}${++sentinels}`
    const times = (count: number) => () => lines.filter((line) => line['key'] === key).length === count
    folder.put(`${key}.ts`, moduleNamed(key))
    await vi.waitUntil(times(1), PATIENCE)
    folder.remove(`${key}.ts`)
    await vi.waitUntil(times(2), PATIENCE)
  }
  return {
    async tells(...expected) {
      await vi.waitFor(() => expect(summarise(lines.slice(from))).toEqual(expected.toSorted()), PATIENCE)
      await passSentinel()
      const [evaluated, others] = separate(summarise(lines.slice(from)))
      const [evaluatedExpected, othersExpected] = separate(expected.toSorted())
      expect([evaluated - 1, others]).toEqual([evaluatedExpected, othersExpected])
      from = lines.length
    },
    async rest() {
      await passSentinel()
      const told = lines.slice(from).filter((line) => !isOfSentinel(line))
      from = lines.length
      return told
    },
  }
}

/** Lines about something else, or that may come more than once for one cause. */
const LEFT_OUT = /^(?:plan|lockfile|gateway|evaluator|source\.loaded|daemon\.(?:started|ready))/

function summarise(lines: readonly Told[]): readonly string[] {
  const evaluated = lines.reduce((sum, line) => sum + (line.event === 'source.loaded' ? Number(line['evaluated']) : 0), 0)
  const told = lines
    .filter((line) => !LEFT_OUT.test(line.event) && !isOfSentinel(line))
    .map(({ event, key, file, problem, reason }) =>
      [event, key, file, problem, reason === 'edited' ? '' : reason].filter(Boolean).join(' '),
    )
  return [...told, ...(evaluated === 0 ? [] : [`evaluated ${evaluated}`])].toSorted()
}

function isOfSentinel({ key }: Told): boolean {
  return String(key).startsWith(SENTINEL)
}

function separate(sentences: readonly string[]): readonly [evaluated: number, others: readonly string[]] {
  const counts = sentences.flatMap((sentence) => /^evaluated (\d+)$/.exec(sentence)?.[1] ?? [])
  return [Number(counts[0] ?? 0), sentences.filter((sentence) => !sentence.startsWith('evaluated '))]
}

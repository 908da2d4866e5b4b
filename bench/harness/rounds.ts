import { setTimeout as pause } from 'node:timers/promises'
import { effort } from './effort.ts'
import { type Summary, summarize } from './statistics.ts'

/** One of those that are measured side by side. @param round 0, 1, … with the warm-up @returns what it took, in milliseconds */
export type Contestant = (round: number) => Promise<number>

/** One that is undefined cannot take part, and has no figures. */
export type Figures<Contestants> = {
  readonly [Name in keyof Contestants]: Contestants[Name] extends Contestant ? Summary : Figure
}

type Figure = Summary | undefined

export interface RoundsOptions {
  /** When it is to be quick, a tenth of them. */
  readonly rounds: number
  /** Rounds before those that count. */
  readonly warmup: number
}

/** After a round, so that what trails behind (a lockfile being written, a `curl` that ends) does not reach into the next. */
const REST_MS = 150

/**
 * Lets contestants take turns, so that whatever else the machine does hits all of them alike. Every other round goes backwards: who
 * comes after whom changes as well.
 */
export async function takeTurns<Contestants extends Readonly<Record<string, Contestant | undefined>>>(
  contestants: Contestants,
  { rounds, warmup }: RoundsOptions,
): Promise<Figures<Contestants>> {
  const last = warmup + effort(rounds)
  const names = Object.keys(contestants)
  const samples = new Map<string, number[]>()
  for (let round = 0; round < last; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const took = await contestants[name]?.(round)
      if (took !== undefined && round >= warmup) samples.set(name, [...(samples.get(name) ?? []), took])
      await pause(REST_MS)
    }
  }
  return Object.fromEntries([...samples].map(([name, taken]) => [name, summarize(taken)])) as Figures<Contestants>
}

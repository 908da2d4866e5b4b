import { type Result, err, ok } from 'neverthrow'
import { parseDuration } from '../model/duration.ts'
import { type Rate, parseRate } from '../model/rate.ts'
import { FAULTS, type Fault, type Faults, arePossible } from './weather.ts'

/** A switch that cannot be read; `msg` says what was expected and what came. */
export interface SwitchProblem {
  readonly switch: '--latency' | '--faults' | '--rate-limit' | '--seed'
  readonly msg: string
}

const LONGEST_LATENCY_MS = 3_600_000

/** Reads `200ms`. */
export function parseLatency(text: string): Result<number, SwitchProblem> {
  const ms = parseDuration(text)
  if (ms !== undefined && ms <= LONGEST_LATENCY_MS) return ok(ms)
  return err(problem('--latency', 'a time up to an hour, such as `200ms` or `1.5s`', text))
}

/** Reads `120/60s`. */
export function parseRateLimit(text: string): Result<Rate, SwitchProblem> {
  const rate = parseRate(text)
  return rate ? ok(rate) : err(problem('--rate-limit', 'requests and a window, such as `120/60s`', text))
}

/** Reads `reset=5%,lost=0.5%`; what is not named does not happen. */
export function parseFaults(text: string): Result<Partial<Faults>, SwitchProblem> {
  const faults: Partial<Record<Fault, number>> = {}
  for (const part of text.split(',')) {
    const [, name, percent] = /^([a-z]+)=(\d{1,3}(?:\.\d+)?)%$/.exec(part.trim()) ?? []
    const fault = FAULTS.find((each) => each === name)
    if (!fault) return err(problem('--faults', `faults such as \`reset=5%,lost=5%\`, of ${FAULTS.join(', ')}`, text))
    if (faults[fault] !== undefined) return err(problem('--faults', 'each fault once', text))
    faults[fault] = Number(percent) / 100
  }
  return arePossible(faults) ? ok(faults) : err(problem('--faults', 'faults that add up to at most 100%', text))
}

function problem(name: SwitchProblem['switch'], expected: string, text: string): SwitchProblem {
  return { switch: name, msg: `Expected \`${name}\` to be ${expected}, got \`${text}\`.` }
}

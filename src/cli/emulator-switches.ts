import { err, ok, type Result } from 'neverthrow'
import type { EmulatorOptions } from '../emulator/emulator.ts'
import { parseFaults, parseLatency, parseRateLimit, type SwitchProblem } from '../emulator/switches.ts'
import { FAULTS } from '../emulator/weather.ts'

/** The emulator's weather, as switches of a command. */
export interface EmulatorSwitch {
  readonly flag: string
  readonly meaning: string
}

const SWITCHES = {
  latency: { flag: 'latency <time>', meaning: 'time before each answer, such as 200ms' },
  faults: { flag: 'faults <list>', meaning: `chance of each fault (${FAULTS.join(', ')}), such as reset=5%,lost=5%` },
  rateLimit: { flag: 'rate-limit <rate>', meaning: 'requests in a window before it answers 429, such as 120/60s' },
  seed: { flag: 'seed <number>', meaning: 'the faults of the same seed are the same' },
} as const

type SwitchName = keyof typeof SWITCHES

/** @param prefix `emulator` for `--emulator-latency`, empty for `--latency` */
export function emulatorSwitches(prefix: string): readonly EmulatorSwitch[] {
  return Object.values(SWITCHES).map(({ flag, meaning }) => ({ flag: `--${prefix && `${prefix}-`}${flag}`, meaning }))
}

/**
 * Reads the switches as commander gives them (`emulatorLatency`).
 * @returns err with a sentence that says which switch, what was expected and what came
 */
export function readEmulatorSwitches(flags: Readonly<Record<string, unknown>>, prefix: string): Result<EmulatorOptions, string> {
  const given = (name: SwitchName): string | undefined => {
    const value = flags[prefix ? `${prefix}${name.charAt(0).toUpperCase()}${name.slice(1)}` : name]
    return typeof value === 'string' ? value : undefined
  }
  const options: { -readonly [Name in keyof EmulatorOptions]: EmulatorOptions[Name] } = {}
  const problems: string[] = []
  const read = <Value>(name: SwitchName, parse: (text: string) => Result<Value, SwitchProblem>, use: (value: Value) => void) => {
    const text = given(name)
    if (text !== undefined)
      parse(text).match(use, ({ msg }) => problems.push(prefix ? msg.replace('`--', `\`--${prefix}-`) : msg))
  }
  read('latency', parseLatency, (ms) => (options.latencyMs = ms))
  read('faults', parseFaults, (faults) => (options.faults = faults))
  read('rateLimit', parseRateLimit, (rate) => (options.rateLimit = rate))
  read('seed', parseSeed, (seed) => (options.seed = seed))
  return problems.length === 0 ? ok(options) : err(problems.join('\n'))
}

function parseSeed(text: string): Result<number, SwitchProblem> {
  if (/^\d{1,9}$/.test(text)) return ok(Number(text))
  return err({ switch: '--seed', msg: `Expected \`--seed\` to be a whole number, got \`${text}\`.` })
}

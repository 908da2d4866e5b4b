import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CATALOGUE, FILE_FLAG, FILE_VARIABLE, flagOf, variableOf } from '../settings/catalogue.ts'
import { PLACES } from '../settings/places.ts'
import type { SettingName } from '../settings/settings.ts'
import type { AheadOptions, Guessed } from '../source/evaluator/ahead.ts'

/** Commands that load the folder once, and have nothing else to do first. */
const COMMANDS = new Set(['plan', 'apply', 'validate'])

/** The settings that an evaluator depends on. */
const SETTINGS = ['dir', 'evaluationMemory', 'evaluatorSocket'] as const satisfies readonly SettingName[]

const FLAGS = [...SETTINGS.map(flagOf), FILE_FLAG, '--help', '-h']
const VARIABLES = [...SETTINGS.map(variableOf), FILE_VARIABLE]

export interface Circumstances {
  /** Of the command line, with the name of the command. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** Absolute. */
  readonly cwd: string
}

/**
 * What the evaluator is going to be started with where nobody says anything about it, which is nearly always: found out without what
 * understands command lines and settings, whose loading takes as long as a fourth of the evaluator's start. Whoever knows the settings
 * asks whether it was right.
 * @returns undefined where somebody may have said something, and for commands that need none
 */
export function guessEvaluator({ argv: [command = '', ...args], env, cwd }: Circumstances): AheadOptions | undefined {
  if (!COMMANDS.has(command)) return undefined
  if (args.some((arg) => FLAGS.some((flag) => arg.startsWith(flag)))) return undefined
  if (VARIABLES.some((name) => env[name] !== undefined)) return undefined
  if (PLACES.some((place) => mayHoldSettings(cwd, place))) return undefined
  const dir = usual('dir', cwd)
  const evaluationMemory = usual('evaluationMemory', cwd)
  return dir === undefined || evaluationMemory === undefined ? undefined : { dir, evaluationMemory }
}

/** Starts it. */
export async function startGuessed(circumstances: Circumstances): Promise<Guessed | undefined> {
  const guess = guessEvaluator(circumstances)
  return guess && (await import('../source/evaluator/ahead.ts')).startAhead(guess)
}

/** A `package.json` lies in many folders, and rarely says anything about us. */
function mayHoldSettings(cwd: string, place: string): boolean {
  const path = join(cwd, place)
  return existsSync(path) && !(place === 'package.json' && isSilent(path))
}

function isSilent(path: string): boolean {
  try {
    return !readFileSync(path, 'utf8').includes('aigw-sync')
  } catch {
    return false // whoever reads the settings says why
  }
}

function usual<Name extends 'dir' | 'evaluationMemory'>(name: Name, cwd: string) {
  const { default: standard, kind } = CATALOGUE[name]
  return kind.read(standard, cwd)
}

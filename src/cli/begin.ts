import type { Result } from 'neverthrow'
import type { Settings } from '../settings/settings.ts'
import { type Ahead, type Guessed, startAhead } from '../source/evaluator/ahead.ts'
import { readSettings } from './read-settings.ts'
import type { Refusal } from './stderr.ts'

/** What a command that loads the folder once begins with, before the rest of it is loaded. */
export type Begun = Result<Beginning, Refusal>

export interface Beginning {
  readonly settings: Settings
  /** The evaluator on its way up. Left out: it has a unit of its own. */
  readonly ahead: Ahead | undefined
}

/**
 * Reads the settings and starts the evaluator, which takes as long to come up as the command takes to be loaded: the one happens while
 * the other does. So this imports little, and no command imports it for more than its types.
 * @param guessed started already, for settings that may be others; it is ended then
 */
export async function begin(flags: Readonly<Record<string, unknown>>, guessed: Guessed | undefined): Promise<Begun> {
  const settings = await readSettings(flags)
  return settings.map((known) => ({ settings: known, ahead: evaluatorFor(known, guessed) }))
}

function evaluatorFor(settings: Settings, guessed: Guessed | undefined): Ahead | undefined {
  const isOurs = settings.evaluatorSocket === undefined
  if (isOurs && guessed?.isFor(settings)) return guessed
  guessed?.end()
  return isOurs ? startAhead(settings) : undefined
}

import { isDeepStrictEqual } from 'node:util'
import { CATALOGUE, SETTING_NAMES } from './catalogue.ts'
import type { SettingName, Settings } from './settings.ts'

/** In what settings that were read anew differ from those in force. */
export interface Difference {
  /** What a reload takes. */
  readonly taken: readonly SettingName[]
  /** What only a restart takes. */
  readonly postponed: readonly SettingName[]
}

export function differenceOf(before: Settings, after: Settings): Difference {
  const differing = SETTING_NAMES.filter((name) => !isDeepStrictEqual(before[name], after[name]))
  return { taken: differing.filter((name) => !needsRestart(name)), postponed: differing.filter(needsRestart) }
}

function needsRestart(name: SettingName): boolean {
  return CATALOGUE[name].reload === 'restart'
}

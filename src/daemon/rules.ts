import type { Rules } from '../plan/world.ts'
import type { Settings } from '../settings/settings.ts'

/** What plans follow, as the settings have it. */
export function rulesOf({ policy, drift, deleteMax, deleteMaxPercent }: Settings): Rules {
  return { policy, drift, deleteMax, deleteMaxPercent }
}

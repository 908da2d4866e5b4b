import { expect, test } from 'vitest'
import { CATALOGUE, SETTING_NAMES, flagOf, variableOf } from '../../src/settings/catalogue.ts'

test.each([
  ['dir', '--dir', 'AIGW_SYNC_DIR'],
  ['apiUrl', '--api-url', 'AIGW_SYNC_API_URL'],
  ['resyncInterval', '--resync-interval', 'AIGW_SYNC_RESYNC_INTERVAL'],
] as const)('%s is the flag %s and the variable %s', (name, flag, variable) => {
  expect({ flag: flagOf(name), variable: variableOf(name) }).toEqual({ flag, variable })
})

test.each(SETTING_NAMES)('the default of %s is of its own kind', (name) => {
  const { kind, default: standard } = CATALOGUE[name]
  if (standard === undefined) expect(['adminListen', 'evaluatorSocket', 'webhook', 'logFormat']).toContain(name)
  else expect(kind.read(standard, '/')).toBeDefined()
})

import { expect, test } from 'vitest'
import { CATALOGUE, SETTING_NAMES } from '../../src/settings/catalogue.ts'
import { differenceOf } from '../../src/settings/difference.ts'
import { loadSettings } from '../../src/settings/load.ts'
import type { Settings } from '../../src/settings/settings.ts'
import { valueOf } from './result.ts'

async function settings(flags: object = {}): Promise<Settings> {
  return valueOf(await loadSettings({ flags: { settings: '/dev/null', ...flags }, env: {}, cwd: '/' })).settings
}

test('the same settings, read again, differ in nothing', async () => {
  const flags = { rateLimit: '7/1s', adminListen: '127.0.0.1:9464' }
  expect(differenceOf(await settings(flags), await settings(flags))).toEqual({ taken: [], postponed: [] })
})

test('what differs is taken, or needs a restart, as the catalogue says', async () => {
  const before = await settings()
  const after = await settings({ policy: 'sync', rateLimit: '7/1s', adminListen: '[::1]:1', owner: 'b', logFormat: 'json' })
  expect(differenceOf(before, after)).toEqual({
    taken: ['policy', 'rateLimit', 'adminListen'],
    postponed: ['owner', 'logFormat'],
  })
})

test('what tells one daemon from another needs a restart, and all that plans follow does not', () => {
  const restart = SETTING_NAMES.filter((name) => CATALOGUE[name].reload === 'restart')
  expect(restart).toEqual(['dir', 'lockfile', 'apiUrl', 'allowHttp', 'owner', 'logFormat'])
})

import { readFileSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { decodeMetadata } from '../../src/model/stamp.ts'
import { type RunningProcess, startProcess } from '../support/process.ts'
import { personAt } from '../support/person.ts'
import { named, openScene, type Scene } from '../support/scene.ts'
import { type Injection, killsAt, traced, tracedCalls, UNTRACEABLE } from '../support/strace.ts'

/** Opening and reading the lockfile, and replacing it at least once: as the tests of the lockfile itself count. */
const LEAST_KILLS = 15

describe.skipIf(UNTRACEABLE)(
  `\`apply\`, killed at any system call on the lockfile${UNTRACEABLE ? ` (skipped: ${UNTRACEABLE})` : ''}`,
  () => {
    test('is made good by the next one: everything once, under the ids it had', { timeout: 480_000 }, async () => {
      const whole = await busyScene()
      const log = join(whole.folder, 'strace.log')
      expect(await applyTraced(whole, log, []).ended).toBe(0)
      await expectConverged(whole)
      const kills = killsAt(tracedCalls(readFileSync(log, 'utf8')))
      console.info(`apply: ${kills.length} system calls on the lockfile, its temporary file and its folder`)
      expect(kills.length).toBeGreaterThanOrEqual(LEAST_KILLS)
      let killed = 0
      for (const kill of kills) {
        const scene = await busyScene()
        const ended = await applyTraced(scene, join(scene.folder, 'strace.log'), [kill]).ended
        // How much is written at once differs from run to run, and so does how often: the last calls may not come again.
        if (ended === 'SIGKILL') killed++
        else expect(ended, `${kill.call} ${kill.when}`).toBe(0)
        expect(await scene.start('apply', ...SYNC).ended).toBe(0)
        await expectConverged(scene)
      }
      expect(killed).toBeGreaterThanOrEqual(LEAST_KILLS)
    })
  },
)

const SYNC = ['--policy', 'sync', '--delete-grace', '0ms', '--log-level', 'warn']

interface BusyScene extends Scene {
  /** By key, of what was there before. */
  readonly ids: Readonly<Record<string, string>>
}

/** A folder between which and the gateway there is something of every kind to do. */
async function busyScene(): Promise<BusyScene> {
  const scene = await openScene()
  const { put, folder, emulator } = scene
  for (const name of ['kept', 'edited', 'moved', 'left', 'drifted']) await put(`${name}.json`, named(name))
  expect(await scene.start('apply', ...SYNC).ended).toBe(0)
  const person = personAt(emulator)
  const ids = Object.fromEntries(['kept', 'edited', 'moved', 'left', 'drifted'].map((key) => [key, person.one(key).id]))
  await put('edited.json', { ...named('edited'), description: 'since' })
  await rename(join(folder, 'configs/moved.json'), join(folder, 'configs/next.json'))
  await rm(join(folder, 'configs/left.json'))
  await person.edit(ids['drifted'] ?? '', { access: null })
  await put('adopted.json', { ...named('adopted'), adopt: await person.create({ name: 'adopted' }) })
  await put('new.json', named('new'))
  return { ...scene, ids }
}

function applyTraced({ folder, lockfilePath, emulator }: Scene, log: string, inject: readonly Injection[]): RunningProcess {
  const files = [lockfilePath, join(dirname(lockfilePath), '.aigw-sync.lock.json.{pid}.tmp'), dirname(lockfilePath)]
  return startProcess({
    args: ['apply', '--api-url', emulator.url, '--rate-limit', 'off', ...SYNC],
    env: { AI_GATEWAY_API_KEY: emulator.token },
    cwd: folder,
    through: (command) => traced(command, { files, log, inject }),
  })
}

async function expectConverged({ emulator, lockfile, ids }: BusyScene): Promise<void> {
  const there = Object.fromEntries(
    emulator.state.configurations.map(({ id, metadata }) => [decodeMetadata(metadata).stamp?.key ?? id, id]),
  )
  expect(emulator.state.configurations).toHaveLength(Object.keys(there).length)
  expect(Object.keys(there).toSorted()).toEqual(['adopted', 'drifted', 'edited', 'kept', 'new', 'next'])
  expect(there).toMatchObject({ kept: ids['kept'], edited: ids['edited'], drifted: ids['drifted'], next: ids['moved'] })
  const recorded = Object.entries((await lockfile()).entries).map(([key, { id }]) => [key, id])
  expect(Object.fromEntries(recorded)).toEqual(there)
  expect(emulator.state.configurations.every(({ access }) => access?.models?.allow?.join() === 'openai/gpt-4o')).toBe(true)
}

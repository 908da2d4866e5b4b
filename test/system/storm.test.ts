import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Emulator } from '../../src/emulator/emulator.ts'
import { decodeMetadata } from '../../src/model/stamp.ts'
import { emulate } from '../emulator/client.ts'
import { type RunningProcess, startProcess, temporaryFolder } from '../support/process.ts'

const FAULTS = { reset: 0.05, lost: 0.05, error: 0.05, throttle: 0.05 }
const ENTRIES = 1_000

async function stage(seed: number): Promise<{ folder: string; emulator: Emulator; start: () => RunningProcess }> {
  const folder = await temporaryFolder()
  const emulator = await emulate({ faults: FAULTS, seed })
  await mkdir(join(folder, 'configs'))
  const args = ['run', '--dir', 'configs', '--api-url', emulator.url, '--rate-limit', 'off', '--concurrency', '32']
  const env = { AI_GATEWAY_API_KEY: emulator.token }
  return { folder, emulator, start: () => startProcess({ args, env, cwd: folder }) }
}

/** All at once, as a checkout or an unpacked archive would have it. */
async function dropFiles(folder: string): Promise<void> {
  const aside = join(folder, 'aside')
  await mkdir(join(aside, 'team'), { recursive: true })
  await writeFile(join(aside, 'team/_limits.ts'), `export const models = ['openai/gpt-4o']\n`)
  await Promise.all(
    Array.from({ length: ENTRIES }, (_, index) =>
      writeFile(
        join(aside, `team/e${index}.ts`),
        `import { defineConfig } from 'aigw-sync'\nimport { models } from './_limits.ts'\n` +
          `export default defineConfig({ name: 'entry ${index}', access: { models: { allow: models } } })\n`,
      ),
    ),
  )
  await rename(join(aside, 'team'), join(folder, 'configs/team'))
}

/** What must be true in the end: one configuration an entry, and the lockfile names it. */
async function expectExactlyOnce(folder: string, emulator: Emulator, team = 'team'): Promise<void> {
  const stored = emulator.state.configurations
  const idByKey = new Map(stored.map(({ id, metadata }) => [decodeMetadata(metadata).stamp?.key, id]))
  const keys = Array.from({ length: ENTRIES }, (_, index) => `${team}/e${index}`)
  expect(stored).toHaveLength(ENTRIES)
  expect(new Set(idByKey.keys())).toEqual(new Set(keys))
  const lockfile = JSON.parse(await readFile(join(folder, 'aigw-sync.lock.json'), 'utf8'))
  const recorded = Object.entries<{ id: string }>(lockfile.entries).map(([key, { id }]) => [key, id])
  expect(Object.fromEntries(recorded)).toEqual(Object.fromEntries(idByKey))
}

function created(process: RunningProcess): number {
  return count(process, 'config.created') + count(process, 'config.linked')
}

function count(process: RunningProcess, name: string): number {
  return process.lines.filter(({ event }) => event === name).length
}

describe('1,000 files dropped at once, while one request in five fails in one way or another', () => {
  test('become 1,000 configurations: none twice, none missing, each in the lockfile', { timeout: 240_000 }, async () => {
    const { folder, emulator, start } = await stage(7)
    const daemon = start()
    await daemon.until('daemon.ready')
    await dropFiles(folder)
    await daemon.until(() => created(daemon) === ENTRIES)
    expect(await daemon.kill('SIGTERM')).toBe(0)
    await expectExactlyOnce(folder, emulator)
  })

  test(
    'follow a helper that all of them import, and a folder that is renamed, under the ids they have',
    { timeout: 240_000 },
    async () => {
      const { folder, emulator, start } = await stage(11)
      await dropFiles(folder)
      const daemon = start()
      await daemon.until(() => created(daemon) === ENTRIES)
      const ids = new Set(emulator.state.configurations.map(({ id }) => id))
      await writeFile(join(folder, 'configs/team/_limits.ts'), `export const models = ['openai/gpt-4.1']\n`)
      await daemon.until(() => count(daemon, 'config.updated') === ENTRIES)
      expect(emulator.state.configurations.every(({ access }) => access?.models?.allow?.join() === 'openai/gpt-4.1')).toBe(true)
      await rename(join(folder, 'configs/team'), join(folder, 'configs/squad'))
      await daemon.until(() => count(daemon, 'config.moved') === ENTRIES)
      expect(await daemon.kill('SIGTERM')).toBe(0)
      await expectExactlyOnce(folder, emulator, 'squad')
      expect(new Set(emulator.state.configurations.map(({ id }) => id))).toEqual(ids)
      expect(count(daemon, 'config.orphaned')).toBe(0)
    },
  )

  test('do so as well when the daemon is killed twenty times meanwhile', { timeout: 480_000 }, async () => {
    const seed = Number(process.env['AIGW_TEST_SEED'] ?? Date.now() % 100_000)
    console.warn(`storm: seed ${seed} (repeat with AIGW_TEST_SEED=${seed})`)
    const { folder, emulator, start } = await stage(seed)
    await dropFiles(folder)
    const random = sequence(seed)
    let posts = 0
    let killAt = Number.POSITIVE_INFINITY
    let moment = Promise.withResolvers<void>()
    emulator.requests.subscribe(({ request }) => {
      if (request.method === 'POST' && ++posts >= killAt) moment.resolve()
    })
    for (let kill = 1; kill <= 20; kill++) {
      moment = Promise.withResolvers()
      killAt = posts + 1 + Math.floor(random() * 45)
      const daemon = start()
      await moment.promise
      expect(await daemon.kill('SIGKILL')).toBe('SIGKILL')
    }
    killAt = Number.POSITIVE_INFINITY
    const daemon = start()
    await daemon.until('daemon.ready')
    await daemon.until(() => emulator.state.configurations.length >= ENTRIES && isComplete(daemon))
    expect(await daemon.kill('SIGTERM')).toBe(0)
    await expectExactlyOnce(folder, emulator)
  })
})

function isComplete(daemon: RunningProcess): boolean {
  const planned = daemon.lines.find(({ event }) => event === 'plan.computed')?.['changes'] as { create?: number } | undefined
  return planned !== undefined && count(daemon, 'config.created') >= (planned.create ?? 0)
}

/** Numbers in [0, 1) that the seed decides. */
function sequence(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

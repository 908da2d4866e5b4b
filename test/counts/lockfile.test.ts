import { statSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Emulator, Verdict } from '../../src/emulator/emulator.ts'
import { named, openScene, type Scene } from '../support/scene.ts'

const GROUP = 100

/** Holds every POST until so many are there, so that they are answered together. */
function answerTogether(emulator: Emulator, amount: number): void {
  const { promise, resolve } = Promise.withResolvers<void>()
  let there = 0
  emulator.intercept({
    before: async ({ method }): Promise<Verdict<'reset'>> => {
      if (method !== 'POST') return 'continue'
      if (++there === amount) resolve()
      await promise
      return 'continue'
    },
  })
}

async function declareMany({ put }: Scene, amount: number): Promise<void> {
  await Promise.all(Array.from({ length: amount }, (_, index) => put(`e${index}.json`, named(`entry ${index}`))))
}

test('a hundred creates that are answered together take a handful of replacements of the lockfile, and each is in it', async () => {
  const scene = await openScene()
  await declareMany(scene, GROUP)
  answerTogether(scene.emulator, GROUP)
  const applying = scene.start('apply', '--concurrency', String(GROUP), '--log-level', 'debug')
  expect(await applying.ended).toBe(0)
  expect(applying.told('config.created')).toHaveLength(GROUP)
  expect(Object.keys((await scene.lockfile()).entries)).toHaveLength(GROUP)
  const writes = applying.told('lockfile.written')
  expect(writes.length).toBeGreaterThan(0)
  expect(writes.length).toBeLessThanOrEqual(GROUP / 4)
})

test('one change is one replacement of the lockfile, and a look that finds nothing to do is none', async () => {
  const scene = await openScene()
  await declareMany(scene, 10)
  expect(await scene.start('apply').ended).toBe(0)
  const before = statSync(scene.lockfilePath, { bigint: true })

  const idle = scene.start('apply', '--log-level', 'debug')
  expect(await idle.ended).toBe(0)
  expect(idle.told('plan.computed')).toHaveLength(1)
  expect(idle.told('lockfile.written')).toEqual([])
  expect(statSync(scene.lockfilePath, { bigint: true })).toMatchObject({ ino: before.ino, mtimeNs: before.mtimeNs })

  await scene.put('e3.json', named('edited'))
  const changing = scene.start('apply', '--log-level', 'debug')
  expect(await changing.ended).toBe(0)
  expect(changing.told('config.updated')).toHaveLength(1)
  expect(changing.told('lockfile.written')).toHaveLength(1)
})

test('the lockfile grows by the same number of bytes with each entry', async () => {
  const scene = await openScene()
  const sizes: number[] = []
  for (const amount of [10, 50, 90]) {
    await declareMany(scene, amount)
    expect(await scene.start('apply').ended).toBe(0)
    sizes.push(statSync(scene.lockfilePath).size)
  }
  const [ten = 0, fifty = 0, ninety = 0] = sizes
  expect((ninety - fifty) / (fifty - ten)).toBeCloseTo(1, 1)
})

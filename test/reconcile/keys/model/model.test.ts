import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { act, furnish } from './act.ts'
import { commands, rules } from './commands.ts'
import { comeToRest, judgeRest } from './rest.ts'
import { KeySim } from './sim.ts'

const RUNS = Number(process.env['AIGW_MODEL_RUNS'] ?? 2_000)
/** The same for everybody, so that it says something about the change at hand; `AIGW_TEST_SEED=random` looks further. */
const SEED = process.env['AIGW_TEST_SEED'] === 'random' ? Date.now() % 1_000_000 : Number(process.env['AIGW_TEST_SEED'] ?? 3)

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
  vi.spyOn(Math, 'random').mockReturnValue(0.5) // so that a seed says everything
})

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

test('whatever happens, each managed provider key is there once in the end, and nothing is done on the way that must not be', async () => {
  console.warn(
    `model of keys: ${RUNS} sequences, seed ${SEED} (repeat with AIGW_TEST_SEED=${SEED}, more with AIGW_MODEL_RUNS=20000)`,
  )
  let runs = 0
  const property = fc.asyncProperty(rules, commands, async (given, happening) => {
    runs++
    const sim = new KeySim(given)
    furnish(sim)
    sim.start()
    try {
      for (const command of happening) await act(sim, command)
      judgeRest(sim, await comeToRest(sim))
    } finally {
      sim.daemon?.reconciler.stop()
      vi.clearAllTimers()
    }
  })
  await fc.assert(property, { numRuns: RUNS, seed: SEED })
  expect(runs).toBeGreaterThanOrEqual(RUNS)
}, 3_600_000)

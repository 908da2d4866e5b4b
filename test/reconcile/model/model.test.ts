import * as fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { act, furnish } from './act.ts'
import { commands, setting } from './commands.ts'
import { RUNS, SEED, useModelTime } from './harness.ts'
import { comeToRest } from './quiet.ts'
import { judgeRest } from './rest.ts'
import { Sim } from './sim.ts'

useModelTime()

test('whatever happens, it ends with exactly one of everything, and nothing is done on the way that must not be', async () => {
  console.warn(`model: ${RUNS} sequences, seed ${SEED} (repeat with AIGW_TEST_SEED=${SEED}, more with AIGW_MODEL_RUNS=20000)`)
  let runs = 0
  const property = fc.asyncProperty(setting, commands, async (given, happening) => {
    runs++
    const sim = new Sim(given)
    furnish(sim)
    sim.start()
    try {
      for (const command of happening) await act(sim, command)
      const daemon = await comeToRest(sim)
      judgeRest(sim, daemon)
    } finally {
      vi.clearAllTimers()
    }
  })
  await fc.assert(property, { numRuns: RUNS, seed: SEED })
  expect(runs).toBeGreaterThanOrEqual(RUNS)
}, 3_600_000)

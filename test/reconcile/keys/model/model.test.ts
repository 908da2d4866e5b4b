import * as fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { RUNS, SEED, useModelTime } from '../../model/harness.ts'
import { act, furnish } from './act.ts'
import { commands, rules } from './commands.ts'
import { comeToRest, judgeRest } from './rest.ts'
import { KeySim } from './sim.ts'

useModelTime()

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

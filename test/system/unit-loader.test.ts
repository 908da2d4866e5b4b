/** What holds of modules in a child process holds of them in the evaluator's unit. */
import { afterAll, expect } from 'vitest'
import { runOverUnit } from '../source/modules/harness.ts'
import { openUnit } from '../support/unit.ts'

const unit = await openUnit()
afterAll(async () => {
  await unit.close()
  expect(unit.programs.length).toBeGreaterThan(20)
})
runOverUnit(unit.socket)

await import('../source/evaluator/isolation.test.ts')
await import('../source/modules/loader.test.ts')
await import('../source/modules/problems.test.ts')
await import('../source/modules/secrets.test.ts')

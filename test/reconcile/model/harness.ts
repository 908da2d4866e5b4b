/** What every model of reconciling runs in: time and chance of its own, and a seed that says everything. */
import { afterEach, beforeEach, vi } from 'vitest'

export const RUNS = Number(process.env['AIGW_MODEL_RUNS'] ?? 2_000)

/** The same for everybody, so that it says something about the change at hand; `AIGW_TEST_SEED=random` looks further. */
export const SEED =
  process.env['AIGW_TEST_SEED'] === 'random' ? Date.now() % 1_000_000 : Number(process.env['AIGW_TEST_SEED'] ?? 3)

/** From the beginning of each test to its end. */
export function useModelTime(): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
    vi.spyOn(Math, 'random').mockReturnValue(0.5) // so that a seed says everything
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  })
}

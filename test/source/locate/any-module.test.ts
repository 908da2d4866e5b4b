import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { breaks, configuration, replaced } from './broken.ts'
import { type Choose, Printer } from './printer.ts'
import { inFolder, marksOf, openTrial, placesOf, type Trial, unmarked } from './trial.ts'

/** The same choices for the same seed (mulberry32). */
function chooser(seed: number): Choose {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

let trial: Trial
beforeAll(async () => {
  trial = await openTrial()
})
afterAll(() => trial.close())

test('in whatever way a module is written, what is wrong with its data is told where that is', async () => {
  let run = 0
  await fc.assert(
    fc.asyncProperty(configuration, fc.nat(), async (tree, seed) => {
      const choose = chooser(seed)
      const ways = breaks(tree)
      const [path, broken] = ways[choose(ways.length)] ?? expect.fail('no way to break it')
      const printer = new Printer(choose)
      run += 1
      const files = inFolder(`run-${run}`, printer.print(replaced(tree, path, broken)))
      const entry = `run-${run}/a.ts`
      const found = await trial.problems(unmarked(files))
      const told = found[entry] ?? []
      expect(placesOf(told), JSON.stringify({ told, files }, undefined, 1)).toEqual(marksOf(files, entry))
    }),
    { numRuns: 300, endOnFailure: true },
  )
})

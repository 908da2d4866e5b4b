import * as fc from 'fast-check'
import { dump } from 'js-yaml'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { positionAt } from '../../../src/source/modules/position.ts'
import { breaks, configuration, replaced } from './broken.ts'
import { isBroken, type Tree } from './printer.ts'
import { openTrial, placesOf, type Trial } from './trial.ts'

/** No configuration has it by chance. */
const WRONG = 123_454_321

/** With what is wrong in its place. */
function written(tree: Tree): unknown {
  if (typeof tree !== 'object') return tree
  if (Array.isArray(tree)) return tree.map((item: Tree) => written(item))
  if (!isBroken(tree)) return Object.fromEntries(Object.entries(tree).map(([name, part]) => [name, written(part)]))
  return tree.kind === 'unknown' ? { ...(written(tree.rest) as object), [tree.name]: 'x' } : WRONG
}

let trial: Trial
beforeAll(async () => {
  trial = await openTrial()
})
afterAll(() => trial.close())

test.each<[string, (value: unknown, indent: number) => string]>([
  ['json', (value, indent) => JSON.stringify(value, undefined, indent)],
  ['yaml', (value, indent) => dump(value, { flowLevel: indent, sortKeys: indent % 2 === 0 })],
])('in any %s, what is wrong is told where that is', async (extension, write) => {
  let run = 0
  const ways = configuration.chain((tree) =>
    fc.tuple(fc.constant(tree), fc.constantFrom(...breaks(tree).filter(([, { kind }]) => kind !== 'missing'))),
  )
  await fc.assert(
    fc.asyncProperty(ways, fc.nat({ max: 7 }), async ([tree, [path, broken]], indent) => {
      run += 1
      const file = `run-${run}.${extension}`
      const text = write(written(replaced(tree, path, broken)), indent)
      const name = extension === 'json' ? '"unheardOf"' : 'unheardOf'
      const { line, column } = positionAt(text, text.indexOf(broken.kind === 'unknown' ? name : String(WRONG)))
      const found = await trial.problems({ [file]: text })
      expect(placesOf(found[file] ?? []), text).toEqual([`${file}:${line}:${column}`])
    }),
  )
})

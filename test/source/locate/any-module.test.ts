import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Broken, type Choose, Printer, type Tree } from './printer.ts'
import { inFolder, marksOf, openTrial, placesOf, type Trial, unmarked } from './trial.ts'

/** Of letters that stand for themselves in any kind of quotes. */
const word = fc.stringMatching(/^[a-z😀ü]{1,8}$/u)

const rule = fc.record({ provider: word, model: word.map((name) => `openai:${name}`), steps: fc.constant([{ type: 'ngrok' }]) })

const allowed = fc.record({ allow: fc.array(word, { maxLength: 4 }) })

const configuration = fc.record(
  {
    name: word,
    description: word,
    metadata: fc.record({ team: word, tags: fc.array(word, { maxLength: 3 }) }),
    access: fc.record({ providers: allowed, models: allowed }, { requiredKeys: [] }),
    router: fc.record({ rules: fc.array(rule, { maxLength: 3 }) }),
    protect: fc.boolean(),
  },
  { requiredKeys: ['name'] },
) as fc.Arbitrary<Tree>

type Path = readonly (string | number)[]

/** Each way to break it at each place at which that is one problem: metadata may be anything. */
function breaks(tree: Tree, path: Path = []): readonly (readonly [Path, Broken])[] {
  if (path[0] === 'metadata') return []
  const wrong =
    path.length === 0 || path.at(-1) === 'metadata'
      ? []
      : [[path, { kind: 'value', value: path.at(-1) === 'protect' ? 3 : false }] as const]
  if (typeof tree !== 'object') return wrong
  if (Array.isArray(tree)) return [...wrong, ...tree.flatMap((item, index) => breaks(item as Tree, [...path, index]))]
  const members = tree as Readonly<Record<string, Tree>>
  const unknown = [path, { kind: 'unknown', name: 'unheardOf', rest: tree }] as const
  const missing = ['name', 'steps'].flatMap((name) => {
    const { [name]: gone, ...rest } = members
    return gone === undefined ? [] : [[path, { kind: 'missing', rest }] as const]
  })
  return [...wrong, unknown, ...missing, ...Object.entries(members).flatMap(([name, part]) => breaks(part, [...path, name]))]
}

function replaced(tree: Tree, [step, ...rest]: Path, broken: Broken): Tree {
  if (step === undefined) return broken
  if (Array.isArray(tree)) return tree.map((item: Tree, index) => (index === step ? replaced(item, rest, broken) : item))
  return { ...(tree as object), [step]: replaced((tree as Record<string, Tree>)[step] ?? '', rest, broken) }
}

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

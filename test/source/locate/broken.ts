import * as fc from 'fast-check'
import type { Broken, Tree } from './printer.ts'

/** Of letters that stand for themselves in any kind of quotes. */
const word = fc.stringMatching(/^[a-z😀ü]{1,8}$/u)

const rule = fc.record({ provider: word, model: word.map((name) => `openai:${name}`), steps: fc.constant([{ type: 'ngrok' }]) })

const allowed = fc.record({ allow: fc.array(word, { maxLength: 4 }) })

export const configuration = fc.record(
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

export type Path = readonly (string | number)[]

/** Each way to break it at each place at which that is one problem: metadata may be anything. */
export function breaks(tree: Tree, path: Path = []): readonly (readonly [Path, Broken])[] {
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

export function replaced(tree: Tree, [step, ...rest]: Path, broken: Broken): Tree {
  if (step === undefined) return broken
  if (Array.isArray(tree)) return tree.map((item: Tree, index) => (index === step ? replaced(item, rest, broken) : item))
  return { ...(tree as object), [step]: replaced((tree as Record<string, Tree>)[step] ?? '', rest, broken) }
}

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inFolder, marksOf, openTrial, placesOf, type Trial, unmarked } from './trial.ts'

const CASES: readonly (readonly [title: string, file: string, text: string])[] = [
  ['a value', 'a.json', `{\n  "name": ‸3\n}`],
  ['a name', 'a.json', `{ "name": "a", ‸"acess": {} }`],
  [
    'a missing property',
    'a.json',
    `{ "name": "a", "router": { "rules": [{ "provider": "x", "steps": [{ "type": "ngrok" }] }, ‸{ "provider": "y" }] } }`,
  ],
  ['items', 'a.json', `{ "name": "a", "access": { "models": { "allow": [ "x",\n\t‸1, "y", ‸""] } } }`],
  ['after letters of several units', 'a.json', `{ "description": "😀ü", "name": ‸3 }`],
  ['a property that JavaScript would take for something else', 'a.json', `{ "name": "a", ‸"__proto__": {} }`],
  ['after a byte order mark', 'a.json', `{ "name": ‸3 }`],
  ['several', 'a.json', `{ "web": { "name": ‸3 }, "batch": ‸{} }`],

  ['a value', 'a.yaml', `name: ‸3\n`],
  ['a name', 'a.yaml', `name: a\n‸acess: {}\n`],
  ['a quoted name', 'a.yaml', `name: a\n‸"acess": {}\n`],
  ['a missing property', 'a.yaml', `name: a\nrouter:\n  rules:\n    - ‸provider: openai\n`],
  ['items of a block', 'a.yaml', `name: a\naccess:\n  models:\n    allow:\n      - x\n      - ‸1\n      - ‸''\n`],
  ['items of a flow', 'a.yaml', `name: a\naccess: { models: { allow: [x, ‸1, ‸""] } }\n`],
  ['nothing at its name', 'a.yaml', `name: a\naccess:\n  ‸models:\n`],
  ['a text of several lines at its first', 'a.yaml', `name: |-\n  ‸a\n  b\n`],
  ['an alias at what it stands for', 'a.yaml', `metadata: { list: &list ‸[1] }\nname: a\naccess: { models: *list }\n`],
  ['an anchor where it stands', 'a.yaml', `name: &n ‸3\n`],
  ['after comments and letters of several units', 'a.yml', `# 😀\n? description\n: 😀\nname: ‸[]\n`],
  ['several', 'a.yml', `web:\n  name: ‸3\nbatch: ‸{}\n`],
  ['what data cannot be', 'a.yml', `name: ‸.nan\n`],
]

const cases = CASES.map(([title, file, text], index) => {
  const marked = inFolder(`case-${index}`, { [file]: text })
  return { title, file, marked, entry: `case-${index}/${file}` }
})

describe('a problem in a data file is told where it stands', () => {
  let trial: Trial
  let found: Awaited<ReturnType<Trial['problems']>>
  beforeAll(async () => {
    trial = await openTrial()
    found = await trial.problems(unmarked(Object.assign({}, ...cases.map(({ marked }) => marked)) as Record<string, string>))
  })
  afterAll(() => trial.close())

  test.each(cases)('$file: $title', ({ entry, marked }) => {
    expect(placesOf(found[entry] ?? [])).toEqual(marksOf(marked, entry))
  })
})

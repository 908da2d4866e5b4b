import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Files, inFolder, marksOf, openTrial, placesOf, type Trial, unmarked } from './trial.ts'

const OWN = "import { defineConfig, defineConfigs, secret } from 'aigw-sync'\n"

/** An entry alone, or with what it imports. A mark stands before each place at which a problem is to be told. */
const CASES: Readonly<Record<string, string | Files>> = {
  // what a problem is about
  'a wrong value is told at the value': `export default { name: ‸3 }`,
  'a value of several lines at its beginning': `export default {\n  name: 'a',\n  access:\n    ‸[\n      'openai',\n    ],\n}`,
  'an unknown property at its name': `export default { name: 'a', ‸acess: {} }`,
  'an unknown property whose name is quoted at the quote': `export default { name: 'a', ‸'display name': 'x' }`,
  'a missing property at the object that lacks it': `export default {\n  name: 'a',\n  router: { rules: [‸{ provider: 'openai' }] },\n}`,
  'a missing property at the root at its brace': `${OWN}export default defineConfig(‸{ description: 'x' })`,
  'a property that is undefined at that': `export default { name: ‸undefined }`,
  'an item of a list': `export default { name: 'a', access: { models: { allow: ['a', ‸7, 'b', ‸''] } } }`,
  'what is no configuration at all': `export default ‸'text'`,
  'a name among several at the name': `${OWN}export default defineConfigs({ web: { name: 'a' }, ‸'a/b': { name: 'b' } })`,
  'a function in the data': `export default { name: 'a', metadata: { at: ‸Date.now } }`,
  'a secret that is none at what was given for it': `${OWN}export default { name: 'a', router: { rules: [{ provider: 'openai', steps: [{ type: 'user', keys: [{ name: 'k', value: secret.env(‸'no name') }] }] }] } }`,

  // TypeScript, and what it compiles to
  'types before it do not move it': `interface A {\n  name: string\n}\ntype B = A | undefined\nexport default { name: ‸3 } as unknown as B`,
  'annotations on its line do not move it': `const a: Record<string, unknown> = { name: 'a' as const, description: ‸false as never }; export default a`,
  'letters of several units do not move it': `export default { name: '😀ü', /* 😀 */ description: ‸1, protect: ‸'ü' }`,
  'line ends of Windows do not move it': `// a\r\nexport default {\r\n  name: 'a',\r\n  protect: ‸1,\r\n}\r\n`,
  'tabs count one': `export default {\n\t\tname: ‸null,\n}`,
  'satisfies, non-null and parentheses are looked through': `const a = { name: ‸3 }\nexport default ((a)!) satisfies object`,
  'members of an enum are told where they are used': `enum Kind { A = 'nothing' }\nexport default { name: 'a', router: { rules: [{ provider: 'a', steps: [{ type: ‸Kind.A }] }] } }`,

  // names and their values
  'through defineConfig under another name': `import { defineConfig as conf } from 'aigw-sync'\nexport default conf({ name: ‸3 })`,
  'through a namespace import of aigw-sync': `import * as sync from 'aigw-sync'\nexport default sync.defineConfig({ name: ‸3 })`,
  'through a const': `const access = { models: { allow: ‸'gpt' } }\nexport default { name: 'a', access }`,
  'through consts of consts': `const models = [‸1]\nconst allow = models\nconst access = { models: { allow } }\nexport default { name: 'a', access: access }`,
  'through let and var that nobody changes': `let name = ‸1\nvar description = ‸2\nexport default { name, description }`,
  'through a member of a const': `const team = { names: { web: ‸1 } }\nexport default { name: team.names.web }`,
  'through a member by a known index': `const names = ['a', ‸2]\nexport default { name: names[1] }`,
  'through destructuring': `const { a: { b: [, name] } } = { a: { b: ['x', ‸2] } }\nexport default { name }`,
  'past a rest of destructuring to what it left out': `const { name, ...rest } = { name: 'x', description: ‸1 }\nexport default { name: ‸name.length, ...rest }`,
  'past rests of rests to what they left out': `const { name, ...rest } = { name: 'x', description: 1, key: ‸2 }\nconst { description, ...last } = rest\nexport default { name: ‸name.length, description: ‸description + 1, ...last }`,
  'past a prototype': `export default { name: 'a', [‸'__proto__']: 1, ...{ __proto__: null } }`,
  'through a default of destructuring': `const { name = ‸1 } = {}\nexport default { name }`,
  'through a rest of destructuring': `const { key, ...rest } = { key: 'a', name: ‸1 }\nexport default rest`,
  'through computed names that are known': `const KEY = 'name'\nexport default { [KEY]: ‸1, [\`description\`]: ‸2 }`,
  'through an export by another name': `const config = { name: ‸1 }\nexport { config as default }`,
  'through await and promises': `export default Promise.resolve({ name: ‸3 })`,
  'through await at the top': `const later = async () => ({ name: ‸3 })\nexport default await later()`,
  'through Object.freeze and structuredClone': `export default Object.freeze({ name: 'a', metadata: structuredClone({ ‸'aigw-sync': 1 }) })`,

  // functions of one way out
  'through a function, into its result': `function access(models: string[]) {\n  return { models: { allow: models }, ‸provider: {} }\n}\nexport default { name: 'a', access: access(['b']) }`,
  'through a function, back to the argument': `const make = (name: unknown, models: unknown) => ({ name, access: { models: { allow: models } } })\nexport default make(‸3, ['a', ‸4])`,
  'through a function of an object, with a default': `function make({ name, description = ‸9 }: any) {\n  return { name, description }\n}\nexport default make({ name: ‸1 })`,
  'through a rest parameter of an object': `const make = ({ team, ...rest }: any) => ({ name: team, ...rest })\nexport default make({ team: 'a', ‸acess: 1 })`,
  'through names inside of a function': `function make() {\n  const name = ‸5\n  return { name }\n}\nexport default make()`,
  'through a function called at once': `export default (() => ({ name: ‸1 }))()`,
  'through map': `const providers = ['openai', ‸'']\nexport default { name: 'a', router: { rules: providers.map((provider) => ({ provider, steps: [{ type: 'ngrok' }] })) } }`,
  'through a getter': `export default { get name() { return ‸1 } }`,

  // spreads
  'a spread, into it': `const base = { name: ‸1, description: 'x' }\nexport default { ...base, description: 'y' }`,
  'the last of several that hold it': `const base = { name: 1 }\nexport default { name: 2, ...base, name: ‸3 }`,
  'a spread after it wins': `const base = { name: ‸1 }\nexport default { name: 'a', ...base }`,
  'a spread of a condition': `export default { name: 'a', ...(1 + 1 === 2 && { protect: ‸1 }), ...(1 > 2 ? { key: 1 } : undefined) }`,
  'the items of a spread list': `const some = ['a', ‸1]\nexport default { name: 'a', access: { models: { allow: ['x', ...some, ...[‸2], ‸3] } } }`,
  'the items after a spread of unknown length': `const some = 'a b'.split(' ')\nexport default { name: 'a', access: { models: { allow: ['x', ...some, ‸3, 'y', ‸4] } } }`,
  'the items of a spread of unknown length where the list comes from': `const some = ‸JSON.parse('["a",1]')\nexport default { name: 'a', access: { models: { allow: ['x', ...some] } } }`,

  // where only running it tells
  'a condition as a whole': `export default { name: ‸Date.now() > 1 ? 3 : 4 }`,
  'what a call makes at the call': `export default { name: 'a', access: ‸JSON.parse('{"models":3}') }`,
  'a template at its quote': `const n = 3\nexport default { name: ‸\` \${n}\` }`,
  'a function of several ways out at its call': `function f(x: number) {\n  if (x) return { name: x }\n  return { name: 2 }\n}\nexport default ‸f(2)`,
  'a const whose value is changed where it is used': `const c: any = { name: 'a' }\nc.name = 3\nexport default ‸c`,
  'a list that is pushed to where it is used': `const allow: unknown[] = ['a']\nallow.push(3)\nexport default { name: 'a', access: { models: { allow: ‸allow } } }`,
  'a name that is computed at that name': `const key = JSON.parse('"name"')\nexport default { [‸key]: 3 }`,
  'what changed behind its back at the whole': `const c = { name: 'a' }\nconst other: any = c\nother.name = 3\nexport default ‸c`,
  'functions that call each other, to where it depends': `export default f()\nfunction f(): any { return g() }\nfunction g(): any { return ‸Math.random() > 2 ? f() : 3 }`,

  'code that would lead in circles, no further than sense': `const f = (): any => ({ ...(Date.now() < 0 && ‸f()) })\nexport default { name: 3, ...f() }`,

  // other files
  'in what is imported, told by its name': {
    'a.ts': `import { access } from './_shared.ts'\nexport default { name: ‸1, access }`,
    '_shared.ts': `type A = 1\nexport const access = {\n  models: { allow: ‸'a' },\n}`,
  },
  'in a default import': {
    'a.ts': `import base from './_base.ts'\nexport default { ...base, name: 'a' }`,
    '_base.ts': `export default { ‸acess: {} }`,
  },
  'in a namespace import': {
    'a.ts': `import * as shared from './_shared.js'\nexport default { name: 'a', access: shared.access }`,
    '_shared.ts': `const a = ‸[]\nexport { a as access }`,
  },
  'in what is exported again': {
    'a.ts': `import { a, b } from './_index.ts'\nexport default { name: a, description: b }`,
    '_index.ts': `export { x as a } from './_x.ts'\nexport * from './_y.ts'`,
    '_x.ts': `export const x = ‸1`,
    '_y.ts': `export const b = ‸2`,
  },
  'in a function of another file, and back in the entry': {
    'a.ts': `import { team } from './_team.ts'\nexport default team(‸3)`,
    '_team.ts': `import { defineConfig } from 'aigw-sync'\nexport const team = (name: any) => defineConfig({ name, protect: ‸'x' as never })`,
  },
  'in JSON that is imported': {
    'a.ts': `import base from './_base.json' with { type: 'json' }\nexport default base`,
    '_base.json': `{\n  "name": "a",\n  "access": { "models": { "allow": [‸1] } }\n}`,
  },
  'across files that import each other': {
    'a.ts': `import { b } from './_b.ts'\nexport const name = ‸1\nexport default { name, description: b }`,
    '_b.ts': `import { name } from './a.ts'\nexport const b = ‸2\nexport const later = () => name`,
  },
  'a default export of another file': { 'a.ts': `export { default } from './_b.ts'`, '_b.ts': `export default { name: ‸1 }` },
}

const cases = Object.entries(CASES).map(([title, files], index) => {
  const folder = `case-${index}`
  const marked = inFolder(folder, typeof files === 'string' ? { 'a.ts': files } : files)
  return { title, entry: `${folder}/a.ts`, marked }
})

describe('a problem in the data of a module is told where the user wrote it', () => {
  let trial: Trial
  let found: Awaited<ReturnType<Trial['problems']>>
  beforeAll(async () => {
    trial = await openTrial()
    found = await trial.problems(unmarked(Object.assign({}, ...cases.map(({ marked }) => marked)) as Files))
  })
  afterAll(() => trial.close())

  test.each(cases)('$title', ({ entry, marked }) => {
    expect(placesOf(found[entry] ?? [])).toEqual(marksOf(marked, entry))
  })
})

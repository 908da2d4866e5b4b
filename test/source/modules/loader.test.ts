import { describe, expect, test } from 'vitest'
import { install, open } from './harness.ts'

describe('values', () => {
  test('come from modules of all kinds, with what they import', async () => {
    const { load } = await open()
    const loaded = await load({
      'a.ts': "import { defineConfig } from 'aigw-sync'\nenum E { A = 'x' }\nexport default defineConfig({ name: E.A } as never)",
      'b.mts': "import { shared } from './_shared/index.js'\nexport default { name: shared }",
      'c.js': "import { basename } from 'node:path'\nexport default { name: basename('/x/y') }",
      'd.mjs': "import { defineConfigs } from 'aigw-sync'\nexport default defineConfigs({ web: { name: 'w' } })",
      'e.ts': "import data from './_data.json' with { type: 'json' }\nexport default Promise.resolve({ name: data.name })",
      'f.ts': "const { shared } = await import('./_shared')\nexport default { name: shared, description: undefined }",
      'g.json': '{ "name": "json" }',
      'h.yaml': 'name: yaml\naccess: {}\n',
      '_shared/index.ts': "export const shared: string = 'shared'",
      '_data.json': '{ "name": "data" }',
    })
    expect(loaded).toEqual({
      'a.ts': { ok: true, file: 'a.ts', value: { name: 'x' }, several: false },
      'b.mts': { ok: true, file: 'b.mts', value: { name: 'shared' }, several: false },
      'c.js': { ok: true, file: 'c.js', value: { name: 'y' }, several: false },
      'd.mjs': { ok: true, file: 'd.mjs', value: { web: { name: 'w' } }, several: true },
      'e.ts': { ok: true, file: 'e.ts', value: { name: 'data' }, several: false },
      'f.ts': { ok: true, file: 'f.ts', value: { name: 'shared' }, several: false },
      'g.json': { ok: true, file: 'g.json', value: { name: 'json' }, several: false },
      'h.yaml': { ok: true, file: 'h.yaml', value: { name: 'yaml', access: {} }, several: false },
    })
  })

  test('come from paths with letters that mean something in a URL', async () => {
    const { load } = await open()
    const path = 'team #1/50% (ä)/a?b.ts'
    const loaded = await load({
      [path]: "import { x } from './_x.ts'\nexport default { name: x }",
      'team #1/50% (ä)/_x.ts': 'export const x = 1',
    })
    expect(loaded[path]).toMatchObject({ ok: true, value: { name: 1 } })
  })

  test('may have names that all objects inherit', async () => {
    const { load } = await open()
    const names = Object.getOwnPropertyNames(Object.prototype)
    const text = `{ ${names.map((name) => `${JSON.stringify(name)}: 1`).join(', ')} }`
    const loaded = await load({ 'a.ts': `export default JSON.parse(${JSON.stringify(text)})` })
    expect(loaded['a.ts']?.ok && JSON.stringify((loaded['a.ts'] as { value: unknown }).value)).toBe(
      JSON.stringify(JSON.parse(text)),
    )
  })

  test('may be large', async () => {
    const { load } = await open()
    const loaded = await load({ 'a.ts': "export default { text: 'ä'.repeat(2_000_000) }" })
    expect(loaded['a.ts']).toMatchObject({ ok: true, value: { text: 'ä'.repeat(2_000_000) } })
  })

  test('may use packages beside the folder, also when they are installed later', async () => {
    const { dir, load } = await open()
    const text = "import { a } from 'some-package'\nexport default { name: a }"
    const missing = await load({ 'team/a.ts': text })
    expect(missing['team/a.ts']).toMatchObject({
      ok: false,
      problem: { problem: 'import', line: 1, msg: expect.stringContaining("'some-package'") as string },
    })
    await install(dir, {
      'node_modules/some-package/package.json': '{ "name": "some-package", "main": "main.js" }',
      'node_modules/some-package/main.js': "exports.a = require('./other').a",
      'node_modules/some-package/other.js': "exports.a = 'packaged'",
    })
    expect((await load({ 'team/a.ts': `${text} // again` }))['team/a.ts']).toMatchObject({
      ok: true,
      value: { name: 'packaged' },
    })
  })
})

describe('a change', () => {
  const files = {
    'a.ts': "import { x } from './_x.ts'\nexport default { x }",
    'b.ts': "import { y } from './_y.ts'\nexport default { y }",
    'c.ts': 'export default { c: 1 }',
    '_x.ts': "export { y as x } from './_y.ts'",
    '_y.ts': 'export const y = 1',
  }

  test('of a helper evaluates what imports it, transitively, and nothing else', async () => {
    const { load } = await open()
    expect(Object.keys(await load(files)).toSorted()).toEqual(['a.ts', 'b.ts', 'c.ts'])
    expect(await load({ '_y.ts': 'export const y = 2' })).toEqual({
      'a.ts': { ok: true, file: 'a.ts', value: { x: 2 }, several: false },
      'b.ts': { ok: true, file: 'b.ts', value: { y: 2 }, several: false },
    })
    expect(await load({ '_x.ts': 'export const x = 9' })).toEqual({
      'a.ts': { ok: true, file: 'a.ts', value: { x: 9 }, several: false },
    })
  })

  test('tells how many modules were run for it', async () => {
    const { update } = await open()
    expect(await update({ ...files, 'd.json': '{}', 'e.ts': 'export default (' })).toMatchObject({ evaluated: 3 })
    expect(await update({ '_y.ts': 'export const y = 2' })).toMatchObject({ evaluated: 2 })
  })

  test('to the same content evaluates nothing', async () => {
    const { update } = await open()
    await update(files)
    expect(await update(files)).toEqual({ loaded: [], late: [], evaluated: 0 })
  })

  test('back to an earlier content gives the earlier value', async () => {
    const { load } = await open()
    await load(files)
    await load({ '_y.ts': 'export const y = 2' })
    expect((await load({ '_y.ts': files['_y.ts'] }))['a.ts']).toMatchObject({ value: { x: 1 } })
  })

  test('that removes, restores or shadows an import is seen', async () => {
    const { load } = await open()
    await load(files)
    expect((await load({ '_y.ts': null }))['a.ts']).toMatchObject({ ok: false, problem: { problem: 'import' } })
    expect((await load({ '_y.ts': 'export const y = 3' }))['a.ts']).toMatchObject({ ok: true, value: { x: 3 } })
    await load({ 'd.ts': "import { z } from './_z.js'\nexport default { z }", '_z.ts': "export const z = 'ts'" })
    expect((await load({ '_z.js': "export const z = 'js'" }))['d.ts']).toMatchObject({ ok: true, value: { z: 'js' } })
  })

  test('of a literal dynamic import is seen', async () => {
    const { load } = await open()
    await load({ 'a.ts': "export default { x: (await import('./_x.ts')).x }", '_x.ts': 'export const x = 1' })
    expect((await load({ '_x.ts': 'export const x = 2' }))['a.ts']).toMatchObject({ value: { x: 2 } })
  })

  test('in a cycle of imports evaluates the cycle anew', async () => {
    const { load } = await open()
    const cycle = {
      'a.ts': "import { b } from './b.ts'\nexport const a = 1\nexport default { b: b() }",
      'b.ts': "import { a } from './a.ts'\nexport const b = () => a\nexport default { b: 'b' }",
    }
    expect((await load(cycle))['a.ts']).toMatchObject({ value: { b: 1 } })
    expect((await load({ 'a.ts': cycle['a.ts'].replace('a = 1', 'a = 2') }))['a.ts']).toMatchObject({ value: { b: 2 } })
  })

  test('while another update is served waits its turn', async () => {
    const { update, loader, late } = await open()
    const [first, second] = await Promise.all([update(files), update({ 'c.ts': 'export default { c: 2 }' })])
    await loader.settled()
    expect([...first.loaded, ...second.loaded, ...late].findLast(({ file }) => file === 'c.ts')).toMatchObject({
      value: { c: 2 },
    })
  })
})

test('a module runs once, however many import it', async () => {
  const { load } = await open()
  const counting = 'globalThis.count = (globalThis.count ?? 0) + 1\nexport const count = globalThis.count'
  const entry = "import { count } from './_count.js'\nexport default { count }"
  const loaded = await load({ '_count.js': counting, 'a.js': entry, 'b.js': entry, 'c.js': entry })
  expect(Object.values(loaded).map((each) => each.ok && each.value)).toEqual([{ count: 1 }, { count: 1 }, { count: 1 }])
})

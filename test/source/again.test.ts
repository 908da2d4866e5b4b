import { writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type ConfigFolder, moduleNamed, moduleNamedBy, writeFiles } from '../support/config-folder.ts'
import { open } from './modules/harness.ts'
import { openSource } from './open-source.ts'

/** Stands for whatever lies outside of the folder and may change: a module that depends on it throws what it says, or is named by it. */
function release({ around }: Pick<ConfigFolder, 'around'>, main: string, name = 'some-package'): void {
  writeFiles(around, {
    [`node_modules/${name}/package.json`]: `{ "name": "${name}", "main": "main.js" }`,
    [`node_modules/${name}/main.js`]: main,
  })
}

const USER = moduleNamedBy('some-package')

describe('a module that failed for a reason outside of the folder is run again by a rescan, and', () => {
  test.each([
    ['recovers when what threw does not any more', "exports.name = ''\nthrow new Error('not yet')", 'threw'],
    ['recovers when the package that was missing is there', undefined, 'import'],
    ['recovers when the package exports what it did not', 'exports.other = 1', 'import'],
    ['recovers when the package says what is valid', "exports.name = ''", 'invalid'],
    ['recovers when the package gives data', 'exports.name = () => 1', 'invalid'],
    ['recovers when the package ends', "exports.name = ''\nprocess.exit(3)", 'exit'],
  ])('%s', async (_name, before, problem) => {
    const it = await openSource((folder) => before !== undefined && release(folder, before))
    it.put('chat.ts', USER)
    await it.tells(`source.invalid chat.ts ${problem}`, 'evaluated 1')
    release(it, "exports.name = 'mended'")
    await it.source.rescan()
    await it.tells('source.recovered chat.ts', 'changed chat')
    expect(it.source.desired.entries.get('chat')?.configuration.name).toBe('mended')
    it.put('web.ts', "import chat from './chat.ts'\nexport default { ...chat, name: 'web' }")
    await it.tells('changed web', 'evaluated 1')
  })

  test('is told again only when it fails in another way', async () => {
    const it = await openSource((folder) => {
      release(folder, "exports.name = ''\nthrow new Error('broken since ' + performance.now())")
      release(folder, "exports.name = ''", 'z-package')
    })
    it.put('chat.ts', USER)
    it.put('z.ts', moduleNamedBy('z-package'))
    await it.tells('source.invalid chat.ts threw', 'source.invalid z.ts invalid', 'evaluated 2')
    release(it, "exports.name = 'z'", 'z-package')
    await it.source.rescan()
    await it.tells('source.recovered z.ts', 'changed z') // which was run after the other
    release(it, "exports.name = ''\nthrow new Error('worse')")
    await it.source.rescan()
    await it.tells('source.invalid chat.ts threw')
    writeFileSync(it.at('chat.ts'), `${USER} // saved, and no better`)
    await it.tells('source.invalid chat.ts threw', 'evaluated 1')
  })

  test('is one still, when several rescans come at once', async () => {
    const it = await openSource((folder) => release(folder, "exports.name = ''\nthrow new Error('not yet')"))
    it.put('chat.ts', USER)
    await it.tells('source.invalid chat.ts threw', 'evaluated 1')
    release(it, "exports.name = 'mended'")
    await Promise.all([it.source.rescan(), it.source.rescan(), it.source.rescan()])
    await it.tells('source.recovered chat.ts', 'changed chat')
  })
})

test('a module that fails by itself is not run again', async () => {
  const { load, loader, late } = await open()
  const files = {
    'syntax.ts': 'export default',
    'decorated.js': '@x class A {}\nexport default {}',
    'unresolved.ts': "import './_nowhere.ts'\nexport default {}",
    'computed.ts': "await import(['/etc', 'x.ts'].join('/'))\nexport default {}",
    'unexported.ts': "import { x } from './_x.ts'\nexport default { x }",
    '_x.ts': 'export const y = 1',
    'invalid.ts': 'export default { x: () => 1 }',
    'data.json': '{',
    'good.ts': 'export default {}',
  }
  const loaded = await load(files)
  expect(Object.values(loaded).filter(({ ok }) => ok)).toMatchObject([{ file: 'good.ts' }])
  loader.again(new Set(Object.keys(files)))
  await loader.settled()
  expect(late).toEqual([])
})

describe('a module that hangs and is run again', () => {
  test('disturbs nobody: changes are taken in as ever, and nothing is told of it', async () => {
    const { load, update, loader, late, events } = await open({ evaluationTimeoutMs: 1_500 })
    await load({ 'a.ts': 'for (;;) {}\nexport default {}', 'b.ts': 'export default {}' })
    const before = [late.length, events.length]
    loader.again(new Set(['a.ts']))
    const { loaded, late: running } = await update({ 'b.ts': 'export default { b: 1 }' })
    expect([...loaded.map(({ file }) => file), ...running]).toEqual(['b.ts'])
    await loader.settled()
    expect(late.slice(before[0]).filter(({ file }) => file === 'a.ts')).toMatchObject([{ ok: false, again: true }])
    expect(events.slice(before[1])).toEqual([])
  })

  test('is forgotten when it is mended meanwhile', async () => {
    const { load, update, loader, late } = await open({ evaluationTimeoutMs: 1_500 })
    await load({ 'a.ts': 'for (;;) {}\nexport default {}' })
    const before = late.length
    loader.again(new Set(['a.ts']))
    const { loaded, late: running } = await update({ 'a.ts': 'export default { a: 1 }' })
    expect([...loaded.map(({ file }) => file), ...running]).toEqual(['a.ts'])
    await loader.settled()
    expect([...loaded, ...late.slice(before)]).toMatchObject([{ file: 'a.ts', ok: true, value: { a: 1 } }])
  })
})

test('a rescan where nothing is watched runs nothing again', async () => {
  const it = await openSource({ 'chat.ts': moduleNamed('chat'), 'web.ts': "exports.name = ''\nthrow new Error('no')" }, false)
  const told = it.told.length
  await it.source.rescan()
  expect(it.told.slice(told)).toEqual([])
})

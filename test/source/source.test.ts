import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { DesiredState } from '../../src/model/entry.ts'
import { Source } from '../../src/source/source.ts'
import { errorOf } from '../settings/result.ts'
import { type ConfigFolder, createConfigFolder, moduleNamed, moduleNamedBy, writeFiles } from '../support/config-folder.ts'
import { openSource } from './open-source.ts'
import { PATIENCE } from '../support/patience.ts'

function summaryOf({ entries, held, broken, complete }: DesiredState) {
  const names = [...entries.values()].map(({ key, configuration }) => [key, configuration.name] as const)
  return { entries: Object.fromEntries(names), held: [...held.keys()], broken: [...broken], complete }
}

describe('the first look', () => {
  const files = { 'a.ts': moduleNamed('a'), 'team/b.json': '{ "name": "b" }', 'c.ts': 'export default', '_d.ts': 'nonsense' }

  test.each([true, false])('knows every module before it resolves (watching: %s)', async (watch) => {
    const { source, told } = await openSource(files, watch)
    expect(summaryOf(source.desired)).toEqual({ entries: { a: 'a', 'team/b': 'b' }, held: [], broken: ['c.ts'], complete: true })
    expect(told.find(({ event }) => event === 'source.loaded')).toMatchObject({ files: 3, entries: 2, evaluated: 1, invalid: 1 })
  })

  test('waits for a slow module where nothing is watched', async () => {
    const slow = `await new Promise((done) => setTimeout(done, 600))\n${moduleNamed('slow')}`
    const { source } = await openSource({ 'slow.ts': slow }, false)
    expect(summaryOf(source.desired).entries).toEqual({ slow: 'slow' })
  })

  test('of a folder that is not there is an error', async () => {
    const folder = createConfigFolder()
    const dir = join(folder.around, 'nowhere')
    const options = {
      settle: 20,
      evaluationTimeout: 5_000,
      evaluationMemory: 256,
      owner: 'platform',
      requireAccess: false,
      plainSecrets: false,
      strictPermissions: true,
    }
    const source = new Source({ ...options, dir, watch: true }, () => {})
    onTestFinished(() => source.close())
    expect(errorOf(await source.open(() => {}))).toMatchObject({ type: 'missing', dir })
    expect(summaryOf(source.desired)).toEqual({ entries: {}, held: [], broken: [], complete: false })
  })
})

describe('a module that breaks', () => {
  test('keeps what it declared, with its keys named, until it is mended', async () => {
    const { put, tells, told, source } = await openSource({ 'chat.ts': moduleNamed('first') })
    put('chat.ts', "export default { name: '' }")
    await tells('source.invalid chat.ts invalid', 'evaluated 1')
    expect(told.find(({ event }) => event === 'source.invalid')).toMatchObject({ path: 'name', keys: ['chat'] })
    expect(summaryOf(source.desired)).toMatchObject({ entries: { chat: 'first' }, broken: ['chat.ts'] })
    put('chat.ts', moduleNamed('second'))
    await tells('source.recovered chat.ts', 'changed chat', 'evaluated 1')
    expect(summaryOf(source.desired)).toMatchObject({ entries: { chat: 'second' }, broken: [] })
  })

  test('and goes is forgotten with its problem', async () => {
    const { put, remove, tells, source } = await openSource({ 'chat.ts': moduleNamed('chat') })
    put('chat.ts', 'export default')
    await tells('source.invalid chat.ts syntax')
    remove('chat.ts')
    await tells('changed chat')
    expect(summaryOf(source.desired)).toEqual({ entries: {}, held: [], broken: [], complete: true })
    put('chat.ts', moduleNamed('chat'))
    await tells('changed chat', 'evaluated 1')
  })
})

describe('a file that cannot be read', () => {
  const UNREADABLE = Buffer.from([0xff, 0xfe, 0xfd])
  const spoil = ({ at, around }: ConfigFolder, path: string): void => {
    writeFileSync(join(around, 'aside'), UNREADABLE)
    renameSync(join(around, 'aside'), at(path))
  }

  test('keeps what it declared, and loads again with the content it had', async () => {
    const it = await openSource({ 'chat.ts': moduleNamed('chat') })
    spoil(it, 'chat.ts')
    await it.tells('source.invalid chat.ts unreadable')
    expect(summaryOf(it.source.desired)).toMatchObject({ entries: { chat: 'chat' }, broken: ['chat.ts'] })
    it.put('chat.ts', moduleNamed('chat'))
    await it.tells('source.recovered chat.ts')
    expect(summaryOf(it.source.desired)).toMatchObject({ entries: { chat: 'chat' }, broken: [] })
  })

  test('from the start counts as a module that does not load', async () => {
    const it = await openSource((folder) => spoil(folder, 'chat.ts'))
    expect(summaryOf(it.source.desired)).toMatchObject({ entries: {}, broken: ['chat.ts'] })
    it.put('chat.ts', moduleNamed('chat'))
    await it.tells('source.recovered chat.ts', 'changed chat', 'evaluated 1')
  })

  test('and did not load before either does not load afterwards', async () => {
    const it = await openSource({ 'chat.ts': 'export default' })
    spoil(it, 'chat.ts')
    await it.tells('source.invalid chat.ts unreadable')
    it.put('chat.ts', 'export default')
    await it.tells()
    expect(summaryOf(it.source.desired).broken).toEqual(['chat.ts'])
    it.put('chat.ts', moduleNamed('chat'))
    await it.tells('source.recovered chat.ts', 'changed chat', 'evaluated 1')
  })

  test('takes part in what its helpers say, and stays unread', async () => {
    const it = await openSource({ 'chat.ts': moduleNamedBy('./_name.ts'), '_name.ts': "export const name = 'one'" })
    spoil(it, 'chat.ts')
    await it.tells('source.invalid chat.ts unreadable')
    it.put('_name.ts', "export const name = 'two'")
    await it.tells('changed chat', 'evaluated 1')
    expect(summaryOf(it.source.desired)).toMatchObject({ entries: { chat: 'two' }, broken: ['chat.ts'] })
  })

  test('as a helper is told, and what imports it keeps what it had', async () => {
    const it = await openSource({ 'chat.ts': moduleNamedBy('./_name.ts'), '_name.ts': "export const name = 'one'" })
    spoil(it, '_name.ts')
    await it.tells('source.invalid _name.ts unreadable')
    expect(summaryOf(it.source.desired)).toMatchObject({ entries: { chat: 'one' }, broken: [] })
    it.put('_name.ts', "export const name = 'two'")
    await it.tells('source.recovered _name.ts', 'changed chat', 'evaluated 1')
  })
})

describe('a folder that is not wholly known', () => {
  test('declares nothing gone, and says what is once it is known', async () => {
    const it = await openSource((folder) => {
      writeFiles(folder.dir, { 'chat.ts': moduleNamed('chat'), 'web.ts': moduleNamed('web') })
      mkdirSync(join(folder.around, 'elsewhere'))
      symlinkSync(join(folder.around, 'elsewhere'), folder.at('team'))
    })
    expect(it.source.desired.complete).toBe(false)
    it.remove('chat.ts')
    await it.tells('changed chat')
    unlinkSync(it.at('team'))
    await it.tells('changed chat')
    expect(summaryOf(it.source.desired)).toEqual({ entries: { web: 'web' }, held: [], broken: [], complete: true })
  })

  test('because it is missing keeps every entry', async () => {
    const it = await openSource({ 'chat.ts': moduleNamed('chat'), 'web.ts': moduleNamed('web') })
    rmSync(it.dir, { recursive: true })
    await vi.waitUntil(() => it.told.some(({ event }) => event === 'source.missing'), PATIENCE)
    expect(summaryOf(it.source.desired)).toMatchObject({ entries: { chat: 'chat', web: 'web' }, complete: false })
    writeFiles(it.around, { 'again/web.ts': moduleNamed('web') })
    renameSync(join(it.around, 'again'), it.dir)
    await it.tells('source.missing', 'source.found', 'changed chat')
    expect(summaryOf(it.source.desired)).toMatchObject({ entries: { web: 'web' }, complete: true })
  })
})

test('a module that is replaced while it still runs is told once, as it is now', async () => {
  const it = await openSource()
  it.put('chat.ts', 'for (;;) {}\nexport default {}')
  await vi.waitUntil(() => it.source.desired.broken.has('chat.ts'), PATIENCE)
  it.put('chat.ts', moduleNamed('chat'))
  await it.tells('changed chat', 'evaluated 2')
  expect(summaryOf(it.source.desired)).toMatchObject({ entries: { chat: 'chat' }, broken: [] })
})

const using = (value: unknown): string => {
  const steps = [{ type: 'user', keys: [{ name: 'prod', value }] }]
  return JSON.stringify({ name: 'chat', router: { rules: [{ provider: 'openai', steps }] } })
}

describe('a secret', () => {
  test('that is in another place now is a change of its entry, and no other', async () => {
    const it = await openSource({ 'chat.json': using({ $env: 'A' }), 'web.json': using({ $env: 'A' }) })
    expect(it.source.desired.managed.get('openai\nprod')?.entries).toEqual(new Set(['chat', 'web']))
    it.put('chat.json', using({ $file: '/run/secrets/openai' }))
    await it.tells('changed chat')
    expect(it.source.desired.entries.get('chat')?.managedKeys).toMatchObject([{ secret: { $file: '/run/secrets/openai' } }])
    it.remove('web.json')
    await it.tells('changed web')
    expect(it.source.desired.managed.get('openai\nprod')?.entries).toEqual(new Set(['chat']))
  })

  test('that was pasted is refused unseen, and what was declared before stands', async () => {
    const it = await openSource({ 'chat.json': using({ $env: 'A' }) })
    it.put('chat.json', using('sk-canary-0123456789'))
    await it.tells('source.invalid chat.json invalid')
    expect(it.source.desired.entries.get('chat')?.managedKeys).toMatchObject([{ secret: { $env: 'A' } }])
    expect(JSON.stringify(it.told)).not.toContain('canary')
  })
})

test('a rescan finds what is different, and tells nothing twice', async () => {
  const { put, source, told } = await openSource({ 'chat.ts': moduleNamed('chat') }, false)
  put('web.ts', moduleNamed('web'))
  await source.rescan()
  await source.rescan()
  expect(summaryOf(source.desired).entries).toEqual({ chat: 'chat', web: 'web' })
  expect(told.filter(({ event }) => event === 'changed')).toEqual([{ event: 'changed', key: 'web' }])
})

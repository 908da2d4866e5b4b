import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync, writeSync } from 'node:fs'
import { describe, expect, test, vi } from 'vitest'
import { type ConfigFolder, type Files, moduleNamed, moduleNamedBy, writeFiles } from '../support/config-folder.ts'
import { PATIENCE } from '../support/patience.ts'
import { setStage } from '../support/stage.ts'

describe('a file', () => {
  test('that is new is created, changed is updated, broken keeps what it had, mended is well', async () => {
    const it = await setStage({ 'other.ts': moduleNamed('other') })
    it.put('team/chat.ts', moduleNamed('first'))
    await it.tells('config.created team/chat', 'evaluated 1')
    it.put('team/chat.ts', moduleNamed('second'))
    await it.tells('config.updated team/chat', 'evaluated 1')
    it.put('team/chat.ts', 'export default {\n  name: ,\n}\n')
    await it.tells('source.invalid team/chat.ts syntax')
    const { line, column, frame, keys } = await it.line('source.invalid', 'team/chat.ts')
    expect({ line, column, keys }).toEqual({ line: 2, column: 9, keys: ['team/chat'] })
    expect(frame).toContain('> 2 |   name: ,\n    |         ^')
    it.put('team/chat.ts', moduleNamed('second'))
    await it.tells('source.recovered team/chat.ts', 'evaluated 1')
    expect(it.names()).toMatchObject({ 'team/chat': 'second', other: 'other' })
  })

  test('that was broken from the start is created once it is mended', async () => {
    const it = await setStage({ 'chat.ts': "import './_gone.ts'\n" })
    await it.line('source.invalid', 'chat.ts')
    it.put('chat.ts', moduleNamed('mended'))
    await it.tells('source.recovered chat.ts', 'config.created chat', 'evaluated 1')
  })

  test('that is broken when the daemon starts keeps what it had', async () => {
    const it = await setStage({ 'chat.ts': moduleNamed('chat') })
    const later = await it.restart(() => it.put('chat.ts', 'export default'))
    await later.line('source.invalid', 'chat.ts')
    await later.tells()
    expect(later.daemon.told('config.orphaned').map(({ key }) => key)).not.toContain('chat')
    later.put('chat.ts', moduleNamed('chat'))
    await later.tells('source.recovered chat.ts', 'evaluated 1')
  })

  test('that is half written and completed ends as it was meant', async () => {
    const it = await setStage({ 'chat.ts': moduleNamed('chat') })
    const half = openSync(it.at('new.ts'), 'w')
    writeSync(half, 'export default { name: ')
    await it.tells('source.invalid new.ts syntax')
    writeSync(half, "'whole', access: { models: { allow: [] } } }\n")
    closeSync(half)
    await it.tells('source.recovered new.ts', 'config.created new', 'evaluated 1')
    expect(it.names()).toMatchObject({ new: 'whole' })
  })

  test('that vanishes while it is broken is told as orphaned, and new when it comes again', async () => {
    const it = await setStage({ 'chat.ts': moduleNamed('chat') })
    it.put('chat.ts', 'export default')
    await it.tells('source.invalid chat.ts syntax')
    it.remove('chat.ts')
    await it.tells('config.orphaned chat')
    it.put('chat.ts', moduleNamed('chat'))
    await it.tells('evaluated 1')
  })
})

describe('a save, the way editors do it, loses nothing:', () => {
  test.each<[string, (folder: ConfigFolder) => void]>([
    [
      'a temporary file is renamed',
      ({ at }) => {
        writeFileSync(at('chat.ts.tmp'), moduleNamed('new'))
        renameSync(at('chat.ts.tmp'), at('chat.ts'))
      },
    ],
    [
      'the old file is moved away as a backup',
      ({ at, put }) => {
        renameSync(at('chat.ts'), at('chat.ts~'))
        put('chat.ts', moduleNamed('new'))
      },
    ],
    [
      'the file is deleted and created',
      ({ at, put }) => {
        unlinkSync(at('chat.ts'))
        put('chat.ts', moduleNamed('new'))
      },
    ],
  ])('%s', async (_title, save) => {
    const it = await setStage({ 'chat.ts': moduleNamed('chat') })
    it.atOnce(() => save(it))
    await it.tells('config.updated chat', 'evaluated 1')
  })
})

describe('a helper', () => {
  const files = {
    'direct.ts': moduleNamedBy('./_inner.ts'),
    'through.ts': moduleNamedBy('./_outer.ts'),
    'stranger.ts': moduleNamed('stranger'),
    '_outer.ts': "export { name } from './_inner.ts'\n",
    '_inner.ts': "export const name = 'one'\n",
  }

  test('that changed evaluates what imports it, directly and through another, and nothing else', async () => {
    const it = await setStage(files)
    it.put('_inner.ts', "export const name = 'two'\n")
    await it.tells('config.updated direct', 'config.updated through', 'evaluated 2')
    it.put('_outer.ts', "export const name = 'three'\n")
    await it.tells('config.updated through', 'evaluated 1')
  })

  test.each([
    ['does not parse', 'export const name = \n', 'syntax'],
    ['throws', "export const name = ''\nthrow new Error('no')\n", 'threw'],
    ['no longer exports what they import', 'export const other = 1\n', 'import'],
  ])('that %s is told for each entry that imports it, with the place', async (_title, text, problem) => {
    const it = await setStage(files)
    it.put('_inner.ts', text)
    const evaluated = problem === 'syntax' ? [] : ['evaluated 2']
    await it.tells(`source.invalid direct.ts ${problem}`, `source.invalid through.ts ${problem}`, ...evaluated)
    expect(await it.line('source.invalid', 'direct.ts')).toMatchObject({ keys: ['direct'], frame: expect.any(String) as string })
    it.put('_inner.ts', files['_inner.ts'])
    await it.tells('source.recovered direct.ts', 'source.recovered through.ts', 'evaluated 2')
  })

  test('that is deleted and made again breaks and mends what imports it', async () => {
    const it = await setStage(files)
    it.remove('_inner.ts')
    await it.tells('source.invalid direct.ts import', 'source.invalid through.ts import')
    it.put('_inner.ts', files['_inner.ts'])
    await it.tells('source.recovered direct.ts', 'source.recovered through.ts', 'evaluated 2')
  })

  test('in a cycle of helpers is followed as well', async () => {
    const it = await setStage({
      'chat.ts': moduleNamedBy('./_ring.ts'),
      'stranger.ts': moduleNamed('stranger'),
      '_ring.ts': "import { suffix } from './_back.ts'\nexport const base = 'ring'\nexport const name = base + suffix()\n",
      '_back.ts': "import { base } from './_ring.ts'\nexport const suffix = () => `-of-${base.length}`\n",
    })
    expect(it.names()).toMatchObject({ chat: 'ring-of-4' })
    it.put('_back.ts', "import { base } from './_ring.ts'\nexport const suffix = () => `-${base}`\n")
    await it.tells('config.updated chat', 'evaluated 1')
  })
})

describe('a move', () => {
  test('of a file or a folder gives the entry a new key, and the configuration keeps its id', async () => {
    const it = await setStage({ 'old.ts': moduleNamed('chat') })
    const { id } = await it.line('config.created', 'old')
    renameSync(it.at('old.ts'), it.at('new.ts'))
    await it.tells('config.moved new', 'evaluated 1')
    mkdirSync(it.at('team'))
    renameSync(it.at('new.ts'), it.at('team/new.ts'))
    await it.tells('config.moved team/new', 'evaluated 1')
    renameSync(it.at('team'), it.at('crew'))
    await it.tells('config.moved crew/new', 'evaluated 1')
    expect(await it.line('config.moved', 'crew/new')).toMatchObject({ from: 'team/new', id })
  })

  test('together with another content is a new entry, and the old one is told as orphaned', async () => {
    const it = await setStage({ 'old.ts': moduleNamed('old') })
    it.drop('team', { 'new.ts': moduleNamed('new') })
    it.remove('old.ts')
    await it.tells('config.created team/new', 'config.orphaned old', 'evaluated 1')
  })

  test('to a draft takes the entry away, and back finds it again', async () => {
    const it = await setStage({ 'chat.ts': moduleNamed('chat') })
    renameSync(it.at('chat.ts'), it.at('_chat.ts'))
    await it.tells('config.orphaned chat')
    renameSync(it.at('_chat.ts'), it.at('chat.ts'))
    await it.tells('evaluated 1')
    expect(it.names()).toMatchObject({ chat: 'chat' })
  })

  test('of a module with a key of its own changes nothing, also when it breaks in its new place', async () => {
    const it = await setStage({ 'old.ts': "export default { key: 'chat', name: 'chat', access: { models: { allow: [] } } }\n" })
    renameSync(it.at('old.ts'), it.at('new.ts'))
    await it.tells('evaluated 1')
    const later = await it.restart(() => it.put('new.ts', 'export default'))
    await later.line('source.invalid', 'new.ts')
    await later.tells()
    expect(later.daemon.told('config.orphaned').map(({ key }) => key)).not.toContain('chat')
  })
})

/** Name by key of what each branch declares; together they differ in a thousand files. */
const BRANCHES = {
  main: { ...numbered('removed', 300, 'main'), ...numbered('changed', 200, 'main'), same: 'same' },
  next: { ...numbered('added', 500, 'next'), ...numbered('changed', 200, 'next'), same: 'same' },
}

function numbered(folder: string, count: number, branch: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`${folder}/e${n}`, `${folder} ${n} in ${branch}`]))
}

function commit({ dir }: ConfigFolder, branch: keyof typeof BRANCHES): void {
  git(dir, 'checkout', '--quiet', '--orphan', branch)
  git(dir, 'rm', '-r', '--quiet', '--force', '--ignore-unmatch', '.')
  writeFiles(dir, Object.fromEntries(Object.entries(BRANCHES[branch]).map(([key, name]) => [`${key}.ts`, moduleNamed(name)])))
  git(dir, 'add', '.')
  git(dir, '-c', 'user.name=Test', '-c', 'user.email=test@localhost', 'commit', '--quiet', '--message', branch)
}

/** Whatever the machine's own configuration of Git says. */
function git(cwd: string, ...args: readonly string[]): void {
  const env = { PATH: process.env['PATH'], HOME: cwd, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' }
  execFileSync('git', args, { cwd, env, stdio: 'pipe' })
}

test('a git checkout of a thousand files ends in what the branch declares, each created once', async () => {
  const it = await setStage((folder) => {
    git(folder.dir, 'init', '--quiet')
    commit(folder, 'next')
    commit(folder, 'main')
  })
  expect(it.names()).toEqual(BRANCHES.main)
  git(it.dir, 'checkout', '--quiet', 'next')
  const expected = { ...BRANCHES.main, ...BRANCHES.next } // by default nothing is deleted
  await vi.waitFor(() => expect(it.names()).toEqual(expected), PATIENCE)
  const told = await it.rest()
  const keysOf = (event: string) => told.flatMap((line) => (line.event === event ? String(line['key']) : [])).toSorted()
  expect(keysOf('config.orphaned')).toEqual(Object.keys(numbered('removed', 300, '')).toSorted())
  expect(keysOf('config.updated')).toEqual(Object.keys(numbered('changed', 200, '')).toSorted())
  expect(told.findLast(({ event }) => event === 'source.loaded')).toMatchObject({ files: 701, entries: 701, invalid: 0 })
  expect(it.creates()).toBe(Object.keys(expected).length + 1) // and one to show that nothing follows
})

/** Kubernetes writes a new version beside the old one, and turns one link to it. */
function mount({ at }: ConfigFolder, version: string, files: Files): void {
  writeFiles(at(version), files)
  symlinkSync(version, at('..data_tmp'))
  renameSync(at('..data_tmp'), at('..data'))
}

function link({ at }: ConfigFolder, path: string): void {
  symlinkSync(`..data/${path}`, at(path))
}

describe("Kubernetes' way of mounting a folder", () => {
  test('changes all files by one rename', async () => {
    const it = await setStage((folder) => {
      const files = {
        'changed.ts': moduleNamedBy('./_helper.ts'),
        'same.ts': moduleNamed('same'),
        'removed.ts': moduleNamed('removed'),
        '_helper.ts': "export const name = 'one'\n",
      }
      mount(folder, '..2026_01', files)
      for (const path of Object.keys(files)) link(folder, path)
    })
    expect(Object.keys(it.names()).toSorted()).toEqual(['changed', 'removed', 'same'])
    const next = {
      'changed.ts': moduleNamedBy('./_helper.ts'),
      'same.ts': moduleNamed('same'),
      'added.ts': moduleNamed('added'),
      '_helper.ts': "export const name = 'two'\n",
    }
    it.atOnce(() => {
      mount(it, '..2026_02', next)
      link(it, 'added.ts')
      unlinkSync(it.at('removed.ts'))
      rmSync(it.at('..2026_01'), { recursive: true })
    })
    await it.tells('config.updated changed', 'config.created added', 'config.orphaned removed', 'evaluated 2')
  })
})

describe('the folder itself', () => {
  const files = { 'chat.ts': moduleNamed('chat'), 'team/web.ts': moduleNamed('web') }

  test('deleted says nothing about its entries, and made again is taken as it is', async () => {
    const it = await setStage(files)
    it.atOnce(() => rmSync(it.dir, { recursive: true }))
    await it.daemon.until('source.missing')
    writeFiles(it.around, { 'again/chat.ts': moduleNamed('chat'), 'again/new.ts': moduleNamed('new') })
    renameSync(`${it.around}/again`, it.dir)
    await it.tells('source.missing', 'source.found', 'config.orphaned team/web', 'config.created new', 'evaluated 1')
  })

  test('made again file by file ends complete, with nothing told as orphaned', async () => {
    const it = await setStage(files)
    renameSync(it.dir, `${it.around}/elsewhere`)
    await it.daemon.until('source.missing')
    it.atOnce(() => writeFiles(it.dir, files))
    await it.tells('source.missing', 'source.found')
  })

  test('replaced by another is taken as it is', async () => {
    const it = await setStage(files)
    writeFiles(it.around, { 'next/chat.ts': moduleNamed('chat'), 'next/new.ts': moduleNamed('new') })
    renameSync(it.dir, `${it.around}/previous`)
    renameSync(`${it.around}/next`, it.dir)
    await it.line('config.created', 'new')
    await it.line('config.orphaned', 'team/web')
    const told = (await it.rest()).map(({ event, key }) => `${event} ${String(key)}`)
    expect(told).not.toContain('config.orphaned chat')
    expect(it.creates()).toBe(4)
  })
})

import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { getDefaultSearchPlaces } from 'cosmiconfig'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadSettingsFile } from '../../src/settings/file.ts'
import { PLACES } from '../../src/settings/places.ts'
import { writeBelow } from './files.ts'
import { errorOf, valueOf } from './result.ts'

let cwd: string

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'aigw-sync-file-'))
})

afterEach(() => rm(cwd, { recursive: true }))

const write = (name: string, text: string) => writeBelow(cwd, name, text)

/** What each folder has, by a process of its own: a test runner loads modules in its own way, not in Node's. */
async function load(...folders: readonly string[]): Promise<unknown[]> {
  return await inChild(`
    const found = []
    for (const folder of ${JSON.stringify(folders)}) found.push(await load(folder))
    console.log(JSON.stringify(found))`)
}

async function inChild(code: string): Promise<unknown[]> {
  const url = pathToFileURL(join(import.meta.dirname, '../../src/settings/file.ts')).href
  const prelude = `import { writeFileSync } from 'node:fs'
    import { loadSettingsFile } from '${url}'
    const load = async (folder, named) => (await loadSettingsFile(folder, named)).match((file) => file?.values ?? null, (error) => error)`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', `${prelude}\n${code}`])
  return JSON.parse(stdout)
}

const IN_WORDS_OF: Readonly<Record<string, string>> = {
  json: '{ "owner": "me" }',
  js: 'module.exports = { owner: "me" }',
  cjs: 'module.exports = { owner: "me" }',
  mjs: 'export default { owner: "me" }',
  ts: 'const owner: string = "me"; export default { owner }',
}

describe('a settings file is found', () => {
  test('in each of the places', async () => {
    const places = PLACES.filter((place) => place !== 'package.json')
    for (const place of places) await write(join(`has ${place}`, place), IN_WORDS_OF[place.split('.').at(-1)!] ?? 'owner: me')
    const found = await load(...places.map((place) => join(cwd, `has ${place}`)))
    expect(Object.fromEntries(places.map((place, index) => [place, found[index]]))).toEqual(
      Object.fromEntries(places.map((place) => [place, { owner: 'me' }])),
    )
  })

  test('as the property of a package.json', async () => {
    await write('package.json', '{ "name": "x", "aigw-sync": { "owner": "me" } }')
    expect(await load(cwd)).toEqual([{ owner: 'me' }])
  })

  test("in cosmiconfig's usual places, in its order", () => {
    const usual = getDefaultSearchPlaces('aigw-sync')
    expect(PLACES.filter((place) => usual.includes(place))).toEqual(usual)
    expect(PLACES).toHaveLength(usual.length + 3)
  })

  test('past a package.json that says nothing, and past an empty file', async () => {
    await write('package.json', '{ "name": "x" }')
    await write('.aigw-syncrc', '\n')
    await write('aigw-sync.config.yaml', 'owner: me')
    expect(await load(cwd)).toEqual([{ owner: 'me' }])
  })

  test('nowhere but in the working directory', async () => {
    await write('aigw-sync.config.yaml', 'owner: parent')
    await mkdir(join(cwd, 'below'))
    expect(await load(join(cwd, 'below'))).toEqual([null])
  })
})

describe('a named settings file', () => {
  const place = { from: 'flag', name: '--settings' } as const

  test('is the only one that counts', async () => {
    await write('aigw-sync.config.yaml', 'owner: found')
    await write('other.mts', 'export default { owner: "named" as const }')
    const named = JSON.stringify({ path: 'other.mts', place })
    const found = await inChild(`console.log(JSON.stringify([await load(${JSON.stringify(cwd)}, ${named})]))`)
    expect(found).toEqual([{ owner: 'named' }])
  })

  test('that is not there is an error that says where it was named', async () => {
    const error = errorOf(await loadSettingsFile(cwd, { path: 'gone.json', place }))
    expect(error).toEqual({ type: 'missing-file', place, file: join(cwd, 'gone.json') })
  })
})

describe('a settings file that does not load', () => {
  test.each([
    ['aigw-sync.config.json', '{ "apiKey": "hunter2" "x": 1 }', /^Expected ',' or '}' after property value in JSON/],
    ['aigw-sync.config.json', '{ "apiKey": hunter2 }', /^Unexpected token 'h' in JSON$/],
    ['aigw-sync.config.yaml', 'a: 1\napiKey: "hunter2\n', /\(line \d, column \d+\)$/],
    ['aigw-sync.config.json', '[1]', /^expected an object of settings, got a list$/],
    ['.aigw-syncrc', 'owner', /^expected an object of settings, got a string$/],
  ])('%s: %j is an error with its reason, and without its content', async (name, text, msg) => {
    const file = await write(name, text)
    const error = errorOf(await loadSettingsFile(cwd))
    expect(error).toEqual({ type: 'unloadable-file', file, msg: expect.stringMatching(msg) })
    expect(JSON.stringify(error)).not.toContain('hunter2')
  })

  test.each([
    ['aigw-sync.config.ts', '\nexport default { owner: = }', /Unexpected token \(.*aigw-sync\.config\.ts:2:25\)/],
    ['aigw-sync.config.mjs', 'throw new Error("not today")', /^not today$/],
    ['aigw-sync.config.mjs', 'export const owner = "me"', /^it has no default export$/],
    ['aigw-sync.config.mjs', 'import "./gone.mjs"; export default {}', /Cannot find module .*gone\.mjs/],
    ['aigw-sync.config.mjs', 'import fs from "node:fs"; export default fs.readFileSync("/no/such")', /ENOENT.*no\/such/],
  ])('%s: %j is an error with its reason', async (name, text, msg) => {
    const file = await write(name, text)
    expect(await load(cwd)).toEqual([{ type: 'unloadable-file', file, msg: expect.stringMatching(msg) }])
  })

  test('because it is a folder is an error too, and not passed over', async () => {
    await mkdir(join(cwd, '.aigw-syncrc.yaml'))
    await write('aigw-sync.config.yaml', 'owner: me')
    expect(await load(cwd)).toEqual([expect.objectContaining({ msg: 'expected a file, found a folder' })])
  })
})

describe('what is no file of settings', () => {
  const place = { from: 'flag', name: '--settings' } as const
  const loadNamed = (path: string) => loadSettingsFile(cwd, { path, place })

  test('a named pipe is not waited for, named or found', async () => {
    await promisify(execFile)('mkfifo', [join(cwd, 'aigw-sync.config.yaml')])
    for (const loaded of [await loadNamed('aigw-sync.config.yaml'), await loadSettingsFile(cwd)]) {
      expect(errorOf(loaded)).toMatchObject({ type: 'unloadable-file', msg: 'expected a file, found a pipe or a device' })
    }
  })

  test.each(['/dev/zero', '/dev/random', '/dev/full'])('%s is not read', async (device) => {
    expect(errorOf(await loadNamed(device))).toMatchObject({ type: 'unloadable-file', file: device })
  })

  test('/dev/null has no settings', async () => {
    expect(valueOf(await loadNamed('/dev/null'))).toEqual({ path: '/dev/null', values: {} })
  })

  test('a file of megabytes is not read', async () => {
    await write('large.yaml', `owner: me\n${'#'.repeat(10_000_000)}`)
    const msg = 'expected at most 1048576 bytes of settings, found 10000010'
    expect(errorOf(await loadNamed('large.yaml'))).toMatchObject({ type: 'unloadable-file', msg })
  })

  test('a module that waits for what never comes is given up, and said to be', async () => {
    const file = await write('aigw-sync.config.mjs', 'await new Promise(() => {}); export default {}')
    const msg = 'it did not say what it exports within 5 s'
    expect(await load(cwd)).toEqual([{ type: 'unloadable-file', file, msg }])
  })

  test.each([
    ['export default () => ({})', /^expected an object of settings, got a function$/],
    ['export default Symbol()', /^expected an object of settings, got a symbol$/],
    ['export default new Proxy({}, { ownKeys() { throw new Error("no") } })', /^no$/],
    ['export default { get owner() { throw new Error("no") } }', /^no$/],
    ['throw undefined', /./],
    ['throw null', /./],
    ['throw { toString: null }', /./],
    ['throw new Proxy(class {}, {})', /./],
    ['throw Object.assign(new Error("a"), { message: 7 })', /./],
  ])('%s', async (text, msg) => {
    const file = await write('aigw-sync.config.mjs', text)
    expect(await load(cwd)).toEqual([{ type: 'unloadable-file', file, msg: expect.stringMatching(msg) }])
  })
})

describe('a settings module', () => {
  test('may import builtins, other files, and types of a package that is not there', async () => {
    await write('names.ts', 'export enum Owner { me = "me" }')
    await write(
      'aigw-sync.config.ts',
      `import type { Anything } from 'aigw-sync'
       import { join } from 'node:path'
       import { Owner } from './names.ts'
       export default { owner: Owner.me, dir: join('a', 'b') } satisfies Anything`,
    )
    expect(await load(cwd)).toEqual([{ owner: 'me', dir: 'a/b' }])
  })

  test('is seen as it is now, with what it imports, and also after it threw', async () => {
    const main = await write('aigw-sync.config.ts', `import { owner } from './owner.ts'\nexport default { owner }`)
    const steps = [
      [join(cwd, 'owner.ts'), `export const owner: string = 'one'`],
      [join(cwd, 'owner.ts'), `export const owner: string = 'two'`],
      [join(cwd, 'owner.ts'), `export const owner = 1; throw new Error('not today')`],
      [main, `export default { owner: 'three' }`],
    ]
    const found = await inChild(`
      const found = []
      for (const [file, text] of ${JSON.stringify(steps)}) {
        writeFileSync(file, text)
        found.push(await load(${JSON.stringify(cwd)}))
      }
      console.log(JSON.stringify(found))`)
    expect(found).toEqual([{ owner: 'one' }, { owner: 'two' }, expect.objectContaining({ msg: 'not today' }), { owner: 'three' }])
  })

  test.each(['aigw-sync.config.cjs', 'aigw-sync.config.js'])(
    'is read anew as %s in CommonJS, with the files it requires',
    async (name) => {
      await write(name, `module.exports = { owner: require('./owner.cjs') }`)
      const found = await inChild(`
      const found = []
      for (const owner of ['one', 'two']) {
        writeFileSync(${JSON.stringify(join(cwd, 'owner.cjs'))}, 'module.exports = ' + JSON.stringify(owner))
        found.push(await load(${JSON.stringify(cwd)}))
      }
      console.log(JSON.stringify(found))`)
      expect(found).toEqual([{ owner: 'one' }, { owner: 'two' }])
    },
  )

  test('loads through a link', async () => {
    const file = await write('elsewhere/real.ts', `import { owner } from './owner.ts'\nexport default { owner }`)
    await write('elsewhere/owner.ts', 'export const owner: string = "me"')
    await symlink(file, join(cwd, 'aigw-sync.config.ts'))
    expect(await load(cwd)).toEqual([{ owner: 'me' }])
  })
})

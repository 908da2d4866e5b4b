import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { initFolder, shippedFiles } from '../../src/cli/init/init.ts'
import type { InitFiles } from '../../src/cli/init/init.ts'
import { isEntryPath } from '../../src/source/folder/rules.ts'
import { compile } from '../index/tsc.ts'

const PACKAGE = join(import.meta.dirname, '../..')
const files: InitFiles = { types: 'export {}\n', example: 'export default {}\n' }
const TYPES = '.aigw-sync/index.d.ts'

let parent: string
let dir: string

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'aigw-sync-init-'))
  dir = join(parent, 'configs')
})

afterEach(async () => {
  await rm(parent, { recursive: true })
})

async function init(given = files): Promise<unknown> {
  return (await initFolder(dir, given)).match(
    (outcome) => outcome,
    (error) => error,
  )
}

async function put(path: string, content = ''): Promise<void> {
  await mkdir(dirname(join(dir, path)), { recursive: true })
  await writeFile(join(dir, path), content)
}

test('a folder that does not exist is made, with types, a tsconfig and an example', async () => {
  expect(await init()).toEqual({ created: [TYPES, 'tsconfig.json', 'example.ts'], refreshed: [], kept: [], untyped: false })
  expect(await readFile(join(dir, TYPES), 'utf8')).toBe(files.types)
  expect(await readFile(join(dir, 'example.ts'), 'utf8')).toBe(files.example)
})

test('doing it again changes nothing', async () => {
  await init()
  expect(await init()).toEqual({ created: [], refreshed: [], kept: [TYPES, 'tsconfig.json'], untyped: false })
})

test('types of another version are refreshed', async () => {
  await init()
  expect(await init({ ...files, types: 'export const later = 1\n' })).toMatchObject({ created: [], refreshed: [TYPES] })
  expect(await readFile(join(dir, TYPES), 'utf8')).toBe('export const later = 1\n')
})

test('what the user wrote is never overwritten', async () => {
  await put('tsconfig.json', '{ "mine": true }')
  await put('_shared/example.ts', 'mine')
  expect(await init()).toEqual({ created: [TYPES, 'example.ts'], refreshed: [], kept: ['tsconfig.json'], untyped: true })
  expect(await readFile(join(dir, 'tsconfig.json'), 'utf8')).toBe('{ "mine": true }')
  expect(await readFile(join(dir, '_shared/example.ts'), 'utf8')).toBe('mine')
})

describe('the example is for a folder that declares nothing yet', () => {
  test.each(['chatbot.ts', 'team-a/deep/er/chatbot.yaml', 'example.json'])('%s is an entry', async (path) => {
    await put(path)
    expect(await init()).toMatchObject({ created: [TYPES, 'tsconfig.json'] })
    expect(await readdir(dir)).not.toContain('example.ts')
  })

  test.each([
    'README.md',
    '_shared.ts',
    '.hidden/chatbot.ts',
    'node_modules/a/index.js',
    'types.d.ts',
    'package.json',
    'empty/_a.ts',
  ])('%s is none', async (path) => {
    await put(path)
    expect(await init()).toMatchObject({ created: expect.arrayContaining(['example.ts']) })
  })
})

test('nobody else may write what is made, whatever the umask', async () => {
  const umask = process.umask(0)
  try {
    await init()
  } finally {
    process.umask(umask)
  }
  const paths = ['', '.aigw-sync', TYPES, 'tsconfig.json', 'example.ts']
  const modes = await Promise.all(paths.map(async (path) => (await stat(join(dir, path))).mode & 0o022))
  expect(modes).toEqual([0, 0, 0, 0, 0])
})

test('none of the files but the example is an entry', () => {
  expect([TYPES, 'tsconfig.json', 'example.ts'].filter(isEntryPath)).toEqual(['example.ts'])
})

describe('a failure names the path and the reason', () => {
  test('where a file stands in the way of the folder', async () => {
    await writeFile(dir, '')
    expect(await init()).toMatchObject({ type: 'not-a-folder', path: expect.stringContaining('configs') })
  })

  test('where a folder stands in the way of a file', async () => {
    await mkdir(join(dir, TYPES), { recursive: true })
    expect(await init()).toMatchObject({ type: 'refused', code: 'EINVAL', msg: expect.stringContaining('found a folder') })
  })

  test.skipIf(process.getuid?.() === 0)('where the folder must not be written (not as root, who may)', async () => {
    await mkdir(dir)
    await chmod(dir, 0o555)
    expect(await init()).toMatchObject({ type: 'refused', code: 'EACCES' })
    await chmod(dir, 0o755)
  })

  test.each([TYPES, 'tsconfig.json'])('where %s is a named pipe, without waiting for a writer', async (path) => {
    await mkdir(dirname(join(dir, path)), { recursive: true })
    execFileSync('mkfifo', [join(dir, path)])
    expect(await init()).toMatchObject({ type: 'refused', code: 'EINVAL', msg: expect.stringContaining('found a named pipe') })
  })

  test.each(['/proc/none', '/proc/none/below'])('where there can be no folder: %s', async (path) => {
    const result = await initFolder(path, files)
    expect(result.isErr() && result.error).toMatchObject({ type: 'refused', code: 'ENOENT', path: '/proc/none' })
  })

  test('where the package is not whole', async () => {
    const result = await shippedFiles(parent)
    expect(result.isErr() && result.error).toMatchObject({ type: 'not-found', path: join(parent, 'dist/index.d.ts') })
  })
})

describe('an editor understands the folder', () => {
  beforeEach(async () => {
    const made = await shippedFiles(PACKAGE).andThen((shipped) => initFolder(dir, shipped))
    expect(made.isOk()).toBe(true)
  })

  test('without node_modules anywhere near, helpers and data included', async () => {
    await put('_limits.ts', "import type { Access } from 'aigw-sync'\nexport const access: Access = { models: { allow: [] } }\n")
    await put('_names.json', '{ "web": "Web" }')
    await put(
      'team-a/web.ts',
      "import { defineConfig } from 'aigw-sync'\nimport { access } from '../_limits.ts'\n" +
        "import names from '../_names.json' with { type: 'json' }\nexport default defineConfig({ name: names.web, access })\n",
    )
    expect(await compile(dir)).toEqual([])
  })

  test('and shows what is wrong in red', async () => {
    await put('wrong.ts', "import { defineConfig } from 'aigw-sync'\nexport default defineConfig({ name: 'a', acess: {} })\n")
    await put(
      'undefined.ts',
      "import { defineConfig } from 'aigw-sync'\nexport default defineConfig({ name: 'a', access: undefined })\n",
    )
    expect(await compile(dir)).toEqual([
      expect.stringMatching(/^undefined\.ts\(2,.*exactOptionalPropertyTypes/),
      expect.stringMatching(/^wrong\.ts\(2,.*Did you mean to write 'access'\?/),
    ])
  })
})

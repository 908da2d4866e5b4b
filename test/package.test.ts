import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compile } from './index/tsc.ts'

const root = join(import.meta.dirname, '..')

interface Packed {
  readonly filename: string
  readonly files: readonly { readonly path: string; readonly mode: number }[]
}

let folder: string
let packed: Packed

/** With `npm` as people have it, which may fetch the dependencies from the registry: that can take a minute on a fresh machine. */
const PATIENCE_MS = 240_000

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aigw-sync-package-'))
  const { stdout } = await npm(root, 'pack', '--json', '--ignore-scripts', '--pack-destination', folder)
  ;[packed] = JSON.parse(stdout) as [Packed]
  await writeFile(join(folder, 'package.json'), '{ "name": "empty", "private": true }')
  const tarball = join(folder, basename(packed.filename))
  await npm(folder, 'install', '--prefer-offline', '--no-audit', '--no-fund', '--omit=dev', tarball)
}, PATIENCE_MS)

afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the tarball', () => {
  test('has what is needed, and what people read', () => {
    const paths = packed.files.map(({ path }) => path)
    expect(paths).toEqual(
      expect.arrayContaining([
        'package.json',
        'README.md',
        'CHANGELOG.md',
        'config.example.ts',
        'bin/aigw-sync.js',
        'bin/node-version.js',
        'bin/package.json',
        'dist/cli.cjs',
        'dist/child.js',
        'dist/reader.cjs',
        'dist/stack-depth.cjs',
        'dist/code.cache',
        'dist/llhttp.wasm',
        'dist/llhttp_simd.wasm',
        'dist/index.js',
        'dist/THIRD-PARTY.txt',
        'dist/index.d.ts',
        'dist/page/index.html',
        'dist/page/script.js',
        'dist/page/style.css',
      ]),
    )
  })

  test('has nothing else', () => {
    const others = packed.files.map(({ path }) => path).filter((path) => !EXPECTED.test(path))
    expect(others).toEqual([])
  })

  test('names every package of others that it holds, with its licence', async () => {
    const named = await readFile(join(root, 'dist/THIRD-PARTY.txt'), 'utf8')
    const chunks = packed.files.map(({ path }) => path).filter((path) => /^dist\/[^/]+\.c?js$/.test(path))
    const texts = await Promise.all(chunks.map((path) => readFile(join(root, path), 'utf8')))
    const held = texts.flatMap((text) =>
      [...text.matchAll(/^\/\/ \S*?node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)].map(([, name = '']) => name),
    )
    const unnamed = held.filter((name) => !new RegExp(`^## ${name} [\\d.]+\n\n.*License: (?!unknown)`, 'm').test(named))
    expect(held).toContain('undici')
    expect(unnamed).toEqual([])
  })

  test('has an executable that can be executed', () => {
    const executable = packed.files.find(({ path }) => path === 'bin/aigw-sync.js')
    expect(Number(executable?.mode) & 0o111).not.toBe(0)
  })
})

const EXPECTED =
  /^(?:package\.json|README\.md|CHANGELOG\.md|LICENSE|config\.example\.ts|bin\/[\w.-]+|dist\/[\w.-]+\.(?:c?js|wasm)|dist\/index\.d\.ts|dist\/THIRD-PARTY\.txt|dist\/code\.cache|dist\/page\/\w+\.(?:html|css|js)|docs\/[\w/-]+\.(?:md|json|yaml|svg)|systemd\/[\w./@-]+|packaging\/(?:completions|man)\/[\w.-]+)$/

describe('installed into an empty project', () => {
  test('tells its version', async () => {
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    expect((await npx('--version')).stdout.trim()).toBe(version)
  })

  test('makes a folder, and creates what its example declares, on the emulator', async () => {
    expect((await npx('init')).stdout).toContain('created    configs/example.ts')
    const { stdout } = await npx('apply', '--emulator')
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string; key?: string })
    const created = events.filter(({ event }) => event === 'config.created').map(({ key }) => String(key))
    expect(created.toSorted()).toEqual(['example#chatbot', 'example#summaries'])
    expect(await compile(join(folder, 'configs'))).toEqual([])
  })

  test('is there to be imported, with its types', async () => {
    const module = join(folder, 'config.mts')
    await writeFile(module, "import { defineConfig } from 'aigw-sync'\nconsole.log(defineConfig({ name: 'Web' }).name)\n")
    const node = await run(process.execPath, [module], { cwd: folder })
    expect(node.stdout.trim()).toBe('Web')
  })
})

const run = promisify(execFile)

function npx(...args: readonly string[]): ReturnType<typeof npm> {
  return npm(folder, 'exec', '--no', '--', 'aigw-sync', ...args)
}

function npm(cwd: string, ...args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  return run('npm', args, { cwd, env: { ...process.env, npm_config_loglevel: 'error' } })
}

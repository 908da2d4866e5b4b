import { spawnSync } from 'node:child_process'
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const { isSupported } = createRequire(import.meta.url)(join(root, 'bin/node-version.js')) as {
  isSupported: (version: string) => boolean
}

let folder: string
let bin: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aigw-sync-bin-'))
  bin = join(folder, 'bin/aigw-sync.js')
  await cp(join(root, 'bin'), join(folder, 'bin'), { recursive: true })
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
})

afterAll(() => rm(folder, { recursive: true }))

function run(node: string, nodeArguments: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
  return spawnSync(node, [...nodeArguments, bin], { encoding: 'utf8', env: { HOME: folder, ...env } })
}

describe('the range of Node.js versions', () => {
  test.each([
    ['v22.22.2', true],
    ['v22.22.10', true],
    ['v22.23.0', true],
    ['v24.15.0', true],
    ['v24.21.0', true],
    ['v26.0.0', true],
    ['v26.0.0-nightly20260701abc', true],
    ['v30.1.0', true],
    ['v12.0.0', false],
    ['v20.20.2', false],
    ['v22.22.1', false],
    ['v22.9.9', false],
    ['v23.11.0', false],
    ['v24.14.9', false],
    ['v25.9.0', false],
    ['', false],
  ])('%s is in it: %s', (version, expected) => {
    expect(isSupported(version)).toBe(expected)
  })

  test('is the one that package.json names', async () => {
    const { engines } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    expect(engines.node).toBe('^22.22.2 || ^24.15.0 || >=26')
  })
})

test('an old Node.js is told what is wanted', async () => {
  const preload = join(folder, 'old.cjs')
  await writeFile(preload, "Object.defineProperty(process, 'version', { value: 'v18.19.0' })")
  const { status, stdout, stderr } = run(process.execPath, ['--require', preload])
  expect(stderr).toMatch(/^aigw-sync needs Node\.js 22\.22\.2 .*; this is v18\.19\.0 .*\nGet one from .*\n$/)
  expect({ status, stdout }).toEqual({ status: 78, stdout: '' })
})

const systemNode = spawnSync('/usr/bin/node', ['--version'], { encoding: 'utf8' }).stdout?.trim()

test.skipIf(!systemNode || isSupported(systemNode))('the old Node.js of this system, where it has one, is told so too', () => {
  const { status, stderr } = run('/usr/bin/node')
  expect(stderr).toContain(`this is ${systemNode}`)
  expect(status).toBe(78)
})

describe('on a Node.js that will do', () => {
  test('a checkout that was not built says how to build it', async () => {
    await rm(join(folder, 'dist'), { recursive: true, force: true })
    const { status, stderr } = run(process.execPath)
    expect(stderr).toContain('npm install && npm run build')
    expect(status).toBe(78)
  })

  test('the program runs, with its compiled code kept in the cache folder of the user', async () => {
    await mkdir(join(folder, 'dist'), { recursive: true })
    await writeFile(
      join(folder, 'dist/cli.cjs'),
      "console.log(require('node:module').getCompileCacheDir())\nprocess.exitCode = 3\n",
    )
    const { status, stdout, stderr } = run(process.execPath, [], { XDG_CACHE_HOME: join(folder, 'cache') })
    expect({ status, stderr }).toEqual({ status: 3, stderr: '' })
    expect(stdout).toContain(join(folder, 'cache', 'aigw-sync'))
  })

  test.skipIf(process.getuid?.() !== 0)(
    'a user id without an account has / for a home, where libraries would throw',
    async () => {
      await mkdir(join(folder, 'dist'), { recursive: true })
      await writeFile(join(folder, 'dist/cli.cjs'), "console.log(require('node:os').homedir())\n")
      await chmod(folder, 0o755)
      const { status, stdout, stderr } = spawnSync(process.execPath, [bin], { encoding: 'utf8', env: {}, uid: 61_234 })
      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '/\n', stderr: '' })
    },
  )

  test('a home that cannot be written is no obstacle', async () => {
    await mkdir(join(folder, 'dist'), { recursive: true })
    await writeFile(join(folder, 'dist/cli.cjs'), "console.log('hello')\n")
    const { status, stdout, stderr } = run(process.execPath, [], { HOME: '/dev/null' })
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'hello\n', stderr: '' })
  })
})

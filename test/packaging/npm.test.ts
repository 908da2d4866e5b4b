import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { installedSize } from '../../packaging/deb/seal.ts'
import { ROOT } from '../../packaging/script.ts'
import { VERSION } from '../../src/cli/package.ts'
import { emulate } from '../emulator/client.ts'

const run = promisify(execFile)

/** npm may fetch the dependencies from the registry. */
const PATIENCE_MS = 240_000

let folder: string
let prefix: string
let told: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aigw-sync-npm-'))
  prefix = join(folder, 'prefix')
  told = (await run(process.execPath, ['packaging/npm.ts', '--no-build', '--out', folder], { cwd: ROOT })).stdout
  const tarball = join(folder, `aigw-sync-${VERSION}.tgz`)
  await run('npm', ['install', '--global', '--prefix', prefix, '--prefer-offline', '--no-audit', '--no-fund', tarball])
}, PATIENCE_MS)

afterAll(() => rm(folder, { recursive: true, force: true }))

/** The command as a shell finds it, in a folder that is no project. */
function aigwSync(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const PATH = `${join(prefix, 'bin')}:${dirname(process.execPath)}`
  return run('aigw-sync', args, { cwd: folder, env: { PATH, HOME: folder, ...env } })
}

test('the script says size and digest of the tarball', () => {
  expect(told).toMatch(/aigw-sync-\S+\.tgz: \d\.\d MB, installed \d\.\d MB\nsha256 [0-9a-f]{64}\n/)
})

test('docs/install.md states its size on the disk, give or take a tenth', async () => {
  const [, stated] = /^\| \[npm\].*\| (\d+) MB \|$/m.exec(await readFile(join(ROOT, 'docs/install.md'), 'utf8')) ?? []
  expect(Math.abs((await installedSize(prefix)) / 1e6 / Number(stated) - 1)).toBeLessThan(0.1)
})

test('installed globally, the command tells its version', async () => {
  expect((await aigwSync(['--version'])).stdout).toBe(`${VERSION}\n`)
})

test('it plans and applies a folder that it made', async () => {
  const { url, token } = await emulate()
  await aigwSync(['init'])
  const plan = await aigwSync(['plan', '--api-url', url], { AI_GATEWAY_API_KEY: token })
  expect(plan.stdout).toContain('Plan: 2 to create.')
  const { stdout } = await aigwSync(['apply', '--emulator'])
  expect(stdout.match(/"event":"config\.created"/g)).toHaveLength(2)
})

test('the manual lies where man looks beside the bin folder, and the completions with the package', async () => {
  const manual = await realpath(join(prefix, 'share/man/man1/aigw-sync.1'))
  const packaging = await realpath(join(prefix, 'lib/node_modules/aigw-sync/packaging'))
  expect(manual).toBe(join(packaging, 'man/aigw-sync.1'))
  expect((await readdir(join(packaging, 'completions'))).toSorted()).toEqual(['_aigw-sync', 'aigw-sync.bash', 'aigw-sync.fish'])
})

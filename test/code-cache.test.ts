import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { createConfigFolder } from './support/config-folder.ts'
import { startProcess } from './support/process.ts'
import { named, openScene } from './support/scene.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const PRELOAD = fileURLToPath(new URL('support/code-taken.cjs', import.meta.url))

/** The suite runs on Node.js releases that did not build what it tests. */
const IS_MADE_HERE = readFileSync(join(ROOT, 'dist/code.cache'), 'latin1').startsWith(`{"madeBy":"${madeBy()}"`)

function madeBy(): string {
  return (createRequire(import.meta.url)('../bin/code-cache.js') as { readonly madeBy: string }).madeBy
}

interface Taken {
  readonly chunks: readonly string[]
  readonly taken: readonly string[]
  readonly refused: readonly string[]
}

async function takenBy(command: string, options = ''): Promise<Taken> {
  const { folder, emulator } = await openScene()
  await writeFile(join(folder, 'configs/web.ts'), `export default ${JSON.stringify(named('web'))}`)
  const file = join(folder, 'taken.json')
  const env = { NODE_OPTIONS: `--require=${PRELOAD} ${options}`, TAKEN: file, AI_GATEWAY_API_KEY: 'emulator' }
  const started = startProcess({ args: command.split(' '), cwd: folder, env: { ...env, AIGW_SYNC_API_URL: emulator.url } })
  expect(await started.ended, started.stderr()).toBe(0)
  return JSON.parse(await readFile(file, 'utf8')) as Taken
}

describe.skipIf(!IS_MADE_HERE)('by the Node.js that built it', () => {
  test.each(['plan', 'validate', 'status'])('%s compiles no chunk but those that import something', async (command) => {
    const { chunks, taken, refused } = await takenBy(command)
    expect(refused).toEqual([])
    expect(taken.length).toBeGreaterThan(10)
    const others = chunks.filter((chunk) => !taken.includes(chunk))
    for (const chunk of others) expect(await readFile(chunk, 'utf8'), chunk).toMatch(/\bimport\(/)
  })

  test('apply --dry-run compiles what applying needs, and no more', async () => {
    const { chunks, taken, refused } = await takenBy('apply --dry-run')
    expect(refused).toEqual([])
    expect(taken.length / chunks.length).toBeGreaterThan(0.8)
  })

  test('with flags of V8 that it was not made for it is refused, and the chunks are compiled', async () => {
    const { taken, refused } = await takenBy('plan', '--stack-trace-limit=7')
    expect(taken).toEqual([])
    expect(refused.length).toBeGreaterThan(10)
  })
})

test.skipIf(IS_MADE_HERE)('another Node.js than built it passes over it', async () => {
  const { chunks, taken, refused } = await takenBy('plan')
  expect(chunks.length).toBeGreaterThan(10)
  expect([...taken, ...refused]).toEqual([])
})

test('apply, which has a cache in the folder of its user, takes nothing of it', async () => {
  const { chunks, taken, refused } = await takenBy('apply')
  expect(chunks.length).toBeGreaterThan(10)
  expect([...taken, ...refused]).toEqual([])
})

test.each<[string, (whole: Buffer) => Buffer | undefined]>([
  ['missing', () => undefined],
  ['no such thing', () => Buffer.from('code')],
  ['cut short', (whole) => whole.subarray(0, -8)],
  ['for another Node.js', (whole) => Buffer.from(whole.toString('latin1').replace(process.version, 'v24.99.9'), 'latin1')],
  ['not what V8 wrote', (whole) => whole.fill(0, whole.indexOf('\n') + 1)],
])('where it is %s commands work as without', async (_title, change) => {
  const { dir } = createConfigFolder()
  for (const name of ['bin', 'dist', 'package.json']) await cp(join(ROOT, name), join(dir, name), { recursive: true })
  await symlink(join(ROOT, 'node_modules'), join(dir, 'node_modules'))
  const cache = join(dir, 'dist/code.cache')
  const changed = change(await readFile(cache))
  await rm(cache)
  if (changed !== undefined) await writeFile(cache, changed)
  await mkdir(join(dir, 'work/configs'), { recursive: true })
  const run = promisify(execFile)(process.execPath, [join(dir, 'bin/aigw-sync.js'), 'validate'], { cwd: join(dir, 'work') })
  expect((await run).stdout).toContain('0 modules')
})

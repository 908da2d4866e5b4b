/** How much a command loads decides when it starts: what is counted here needs no clock. */
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { startProcess } from '../support/process.ts'
import { named, openScene, type Scene } from '../support/scene.ts'

const PRELOAD = fileURLToPath(new URL('../support/loads.cjs', import.meta.url))

interface Loads {
  readonly files: readonly string[]
  /** As Node calls them, `NativeModule http2`. */
  readonly builtins: readonly string[]
  /** What had been loaded when the evaluator was started. */
  readonly atSpawn?: readonly string[]
  /** The same for when something was connected to. */
  readonly atConnect?: readonly string[]
}

async function loadsOf({ folder, emulator }: Scene, ...args: readonly string[]): Promise<Loads> {
  const loads = join(folder, 'loads.json')
  const env = {
    NODE_OPTIONS: `--require=${PRELOAD}`,
    LOADS: loads,
    AI_GATEWAY_API_KEY: 'emulator',
    AIGW_SYNC_API_URL: emulator.url,
  }
  const started = startProcess({ args, cwd: folder, env })
  if (args[0] === 'run') await started.until('daemon.ready').then(() => started.kill('SIGTERM'))
  expect(await started.ended, started.stderr()).toBe(0)
  return JSON.parse(await readFile(loads, 'utf8')) as Loads
}

async function sceneOfOne(): Promise<Scene> {
  const scene = await openScene()
  await writeFile(join(scene.folder, 'configs/web.ts'), `export default ${JSON.stringify(named('web'))}`)
  return scene
}

/** Packages of others in what was loaded, by the comments that the bundler leaves; and those that were loaded as packages. */
async function packagesIn(files: readonly string[]): Promise<readonly string[]> {
  const bundled = await Promise.all(files.map((file) => originsOf(file, /^\/\/ \S*?node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)))
  const whole = files.flatMap((file) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? [])
  return [...new Set([...bundled.flat(), ...whole])].toSorted()
}

/** Modules of ours in what was loaded, `plan/plan.ts`. */
async function modulesIn(files: readonly string[]): Promise<readonly string[]> {
  return (await Promise.all(files.map((file) => originsOf(file, /^\/\/ src\/(\S+)$/gm)))).flat()
}

async function originsOf(file: string, comment: RegExp): Promise<readonly string[]> {
  if (!file.endsWith('.cjs') || file === PRELOAD) return []
  return [...(await readFile(file, 'utf8')).matchAll(comment)].map(([, origin = '']) => origin)
}

const OXC = /^@?oxc-transform/

test('--help loads the command line, and nothing that works', async () => {
  const { files, builtins } = await loadsOf(await openScene(), '--help')
  expect(await packagesIn(files)).toEqual(['commander', 'neverthrow'])
  const rooms = new Set((await modulesIn(files)).map((module) => module.split('/')[0]))
  expect(rooms).toEqual(new Set(['cli', 'emulator', 'model', 'settings']))
  expect(builtins.filter((name) => /\b(?:http|https|tls|net|crypto|worker_threads)$/.test(name))).toEqual([])
})

test.each(['validate', 'plan', 'apply'])(
  '%s starts the evaluator before anything that understands command lines is loaded',
  async (name) => {
    const { files, atSpawn = [] } = await loadsOf(await sceneOfOne(), name)
    expect(await packagesIn(atSpawn)).toEqual([])
    expect(await modulesIn(atSpawn)).not.toContain('cli/program.ts')
    expect(await modulesIn(files)).toContain('cli/program.ts')
  },
)

test.each(['validate', 'plan', 'apply'])(
  '%s, where the evaluator depends on its settings, starts it before what works with what comes from it',
  async (name) => {
    const { files, atSpawn = [] } = await loadsOf(await sceneOfOne(), name, '--dir', 'configs')
    expect(await packagesIn(atSpawn)).toEqual(['commander', 'leven', 'neverthrow'])
    expect(atSpawn.map((file) => basename(file)).join()).not.toContain(`${name}-`)
    expect(atSpawn.length).toBeLessThan(files.length)
  },
)

test('plan asks the gateway before it loads what reads the folder', async () => {
  const { files, atConnect = [] } = await loadsOf(await sceneOfOne(), 'plan')
  expect(await packagesIn(atConnect)).toContain('undici')
  expect((await packagesIn(atConnect)).filter((name) => OXC.test(name))).toEqual([])
  expect(await modulesIn(atConnect)).not.toContain('source/source.ts')
  expect(await modulesIn(files)).toContain('source/source.ts')
})

test('validate loads nothing that talks to the gateway, or tells what is wrong', async () => {
  const { files } = await loadsOf(await sceneOfOne(), 'validate')
  const packages = (await packagesIn(files)).filter((name) => !OXC.test(name))
  expect(packages).toEqual(['commander', 'es-module-lexer', 'leven', 'neverthrow'])
})

test('plan loads of the HTTP client what speaks HTTP/1.1, and nothing that writes, serves or measures', async () => {
  const { files, builtins } = await loadsOf(await sceneOfOne(), 'plan')
  const packages = (await packagesIn(files)).filter((name) => !OXC.test(name))
  expect(packages).toEqual(['commander', 'es-module-lexer', 'is-network-error', 'leven', 'neverthrow', 'p-retry', 'undici'])
  const modules = await modulesIn(files)
  const idle = modules.filter((name) =>
    /^(?:daemon\/(?:admin|metrics|notify|page|webhook|life|house)|reconcile\/reconciler|lockfile\/(?:store|lease)|log\/log)/.test(
      name,
    ),
  )
  expect(modules).toContain('plan/plan.ts')
  expect(idle).toEqual([])
  expect(builtins).not.toContain('NativeModule http2')
})

test('the daemon serves without the client that Node.js has for WebSocket, and what that needs', async () => {
  const { builtins } = await loadsOf(await sceneOfOne(), 'run')
  expect(builtins).toContain('NativeModule _http_server')
  expect(builtins.filter((name) => /\b(?:undici|http2|tls|webstreams)\b/.test(name))).toEqual([])
})

test('files that are large are read by a process that loads the parsers alone', async () => {
  const scene = await openScene()
  const lines = Array.from({ length: 2_000 }, (_, index) => `const name${index} = 'x'`)
  await writeFile(join(scene.folder, 'configs/code.ts'), `${lines.join('\n')}\nexport default { name: name1 }\n`)
  await writeFile(join(scene.folder, 'configs/data.yaml'), `# ${'x'.repeat(40_000)}\nname: Data\n`)
  const { atSpawn = [] } = await loadsOf(scene, 'validate')
  const reader = atSpawn.map((file) => join(file, '../reader.cjs')).find((file) => existsSync(file)) ?? ''
  const all = await chunksFrom(reader)
  expect((await packagesIn(all)).filter((name) => !OXC.test(name))).toEqual([
    'cosmiconfig',
    'env-paths',
    'es-module-lexer',
    'js-yaml',
    'leven',
    'neverthrow',
  ])
  expect(all.map((file) => basename(file))).not.toContain('cli.cjs')
})

/** A chunk, and all that it may ever load of the others. */
async function chunksFrom(file: string, met = new Set<string>()): Promise<readonly string[]> {
  met.add(file)
  for (const [, name = ''] of (await readFile(file, 'utf8')).matchAll(/require\("\.\/([^"]+)"\)/g)) {
    const next = join(file, '..', name)
    if (!met.has(next)) await chunksFrom(next, met)
  }
  return [...met]
}

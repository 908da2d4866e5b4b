import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { descendants } from '../support/proc.ts'
import { startProcess, temporaryFolder } from '../support/process.ts'
import { openScene } from '../support/scene.ts'

const TOKEN = 'ngrok_canary_0123456789abcdefghij'

/** Everything a module can lay hands on goes into what it declares. */
const CURIOUS = `import { defineConfig } from 'aigw-sync'
const found = [process.env, process.argv, process.execArgv, Object.keys(globalThis)]
console.log('from a module', JSON.stringify(process.env))
export default defineConfig({ name: 'Curious', metadata: { found: JSON.stringify(found).slice(0, 2000) } })
`

/** The three places where the token may come from. */
const PLACES: [string, (folder: string) => Promise<Record<string, string>>][] = [
  ['the variable', () => Promise.resolve({ AI_GATEWAY_API_KEY: TOKEN })],
  ['a file', async (folder) => ({ AI_GATEWAY_API_KEY_FILE: await written(join(folder, 'token')) })],
  [
    'a systemd credential',
    async (folder) => {
      await written(join(folder, 'ai-gateway-api-key'))
      return { CREDENTIALS_DIRECTORY: folder }
    },
  ],
]

describe.each(PLACES)('a token from %s', (_place, give) => {
  test('reaches the gateway, and no output, lockfile, or process that runs modules', async () => {
    const scene = await openScene({ token: TOKEN })
    const { emulator, folder, put } = scene
    let posts = 0
    emulator.intercept({
      before: ({ method, headers }) =>
        method === 'POST' && posts++ === 0 ? { status: 500, body: { msg: `cannot: ${headers.authorization}` } } : 'continue',
    })
    await put('curious.ts', CURIOUS)
    await put('broken.ts', 'throw new Error(JSON.stringify(process.env))\n')
    const args = ['run', '--api-url', emulator.url, '--log-level', 'trace']
    const daemon = startProcess({ args, cwd: folder, env: await give(await temporaryFolder()) })
    await daemon.until('config.created')
    await daemon.until('source.invalid')
    const processes = await descendants(Number(daemon.child.pid))
    expect(await daemon.kill('SIGTERM')).toBe(0)
    expect(posts).toBe(2)
    expect(daemon.told('config.retrying')).toHaveLength(1)
    expect(daemon.stdout() + daemon.stderr()).not.toContain(TOKEN)
    expect(await allText(folder)).toContain('"curious"')
    expect(await allText(folder)).not.toContain(TOKEN)
    expect(JSON.stringify(emulator.state.configurations)).not.toContain(TOKEN)
    if (process.platform !== 'linux') return
    expect(processes.length).toBeGreaterThan(0)
    for (const { environment, commandLine } of processes) {
      expect(environment).toBe('')
      expect(commandLine).toContain('--permission')
      expect(commandLine).not.toContain(TOKEN)
    }
  })
})

async function written(path: string): Promise<string> {
  await writeFile(path, `${TOKEN}\n`, { mode: 0o600 })
  return path
}

async function allText(folder: string): Promise<string> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  const texts = await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8')))
  return texts.join('\n')
}

import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatLockfile } from '../../src/lockfile/format.ts'
import { describe, expect, test } from 'vitest'
import { type RunningProcess, startProcess, temporaryFolder } from '../support/process.ts'

const PATH = '/access-key-configurations'

async function emulator(...args: readonly string[]): Promise<RunningProcess & { readonly url: string }> {
  const started = startProcess({ args: ['emulator', '--port', '0', ...args], cwd: await temporaryFolder() })
  const { url } = await started.until('emulator.started')
  return { ...started, url: String(url) }
}

function ask(url: string, body?: object, token = 'any'): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return fetch(url + PATH, { headers, ...(body && { method: 'POST', body: JSON.stringify(body) }) })
}

describe('the emulator', () => {
  test('answers as the gateway does, until a signal ends it', async () => {
    const started = await emulator()
    const { url } = started
    expect((await ask(url, { name: 'Web' })).status).toBe(201)
    expect(await (await ask(url)).json()).toMatchObject({ aiGatewayAccessKeyConfigurations: [{ name: 'Web' }] })
    expect(await started.kill('SIGTERM')).toBe(0)
    await expect(ask(url)).rejects.toThrow()
  })

  test('takes only the token it is told', async () => {
    const { url } = await emulator('--token', 'right')
    expect((await ask(url, undefined, 'wrong')).status).toBe(401)
    expect((await ask(url, undefined, 'right')).status).toBe(200)
  })

  test('takes its time', async () => {
    const { url } = await emulator('--latency', '300ms')
    const start = performance.now()
    await ask(url)
    expect(performance.now() - start).toBeGreaterThan(290) // never too early, however busy the machine is
  })

  test('fails as often as it is told', async () => {
    const { url } = await emulator('--faults', 'error=100%')
    expect((await ask(url)).status).toBe(500)
    const cut = await emulator('--faults', 'reset=60%,lost=40%')
    await expect(ask(cut.url)).rejects.toThrow('fetch failed')
  })

  test('fails in the same order for the same seed', async () => {
    const sequences = [[], []] as [number[], number[]]
    for (const statuses of sequences) {
      const { url } = await emulator('--faults', 'error=50%', '--seed', '42')
      while (statuses.length < 20) statuses.push((await ask(url)).status)
    }
    expect(sequences[1]).toEqual(sequences[0])
    expect(new Set(sequences[0])).toEqual(new Set([200, 500]))
  })

  test('refuses beyond its rate limit', async () => {
    const { url } = await emulator('--rate-limit', '2/1h')
    const statuses = [await ask(url), await ask(url), await ask(url)].map(({ status }) => status)
    expect(statuses).toEqual([200, 200, 429])
  })

  test.each([
    [['--port', '70000'], /--port.*70000/],
    [['--port', 'http'], /--port.*http/],
    [['--latency', '200'], /--latency.*200ms.*`200`/],
    [['--faults', 'rain=5%'], /--faults.*reset=5%.*rain=5%/],
    [['--faults', 'error=60%,reset=60%'], /at most 100%/],
    [['--rate-limit', '120'], /--rate-limit.*120\/60s/],
    [['--seed', 'x'], /--seed.*`x`/],
    [['--dir', 'configs'], /unknown option '--dir'/],
  ])('does not start with %j (exit 64)', async (args, said) => {
    const started = startProcess({ args: ['emulator', ...args], cwd: await temporaryFolder() })
    expect(await started.ended).toBe(64)
    expect(started.stderr()).toMatch(said)
    expect(started.stdout()).toBe('')
  })

  test('says so where its port is taken (exit 75)', async () => {
    const { url } = await emulator()
    const second = startProcess({ args: ['emulator', '--port', new URL(url).port], cwd: await temporaryFolder() })
    expect(await second.ended).toBe(75)
    expect(second.stderr()).toContain('EADDRINUSE')
  })
})

describe.each(['run', 'apply'])('%s --emulator', (command) => {
  test('needs no token, and leaves the lockfile of the working directory and everything else alone', async () => {
    const folder = await temporaryFolder()
    const scratch = join(folder, 'tmp')
    const lockfile = join(folder, 'aigw-sync.lock.json')
    await mkdir(join(folder, 'configs'))
    await mkdir(scratch)
    await writeFile(lockfile, 'of the real gateway')
    await writeFile(join(folder, 'configs/web.json'), '{ "name": "Web" }')
    const before = await stat(lockfile)
    const started = startProcess({ args: [command, '--emulator'], env: { TMPDIR: scratch }, cwd: folder })
    await started.until('config.created')
    if (command === 'run') started.child.kill('SIGTERM')
    expect(await started.ended).toBe(0)
    expect(await readFile(lockfile, 'utf8')).toBe('of the real gateway')
    expect((await stat(lockfile)).mtimeMs).toBe(before.mtimeMs)
    expect(await readdir(folder)).toEqual(['aigw-sync.lock.json', 'configs', 'tmp'])
    expect(await readdir(scratch)).toEqual([])
  })

  test('refuses a lockfile of a real gateway even when it is named, and leaves it as it is (exit 78)', async () => {
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'configs'))
    const text = formatLockfile({ lockfileVersion: 1, owner: 'default', apiUrl: 'https://api.ngrok.ai', entries: new Map() })
    await writeFile(join(folder, 'real.lock.json'), text)
    const started = startProcess({ args: [command, '--emulator', '--lockfile', 'real.lock.json'], cwd: folder })
    expect(await started.ended).toBe(78)
    expect(started.stderr()).toContain('belongs to https://api.ngrok.ai')
    expect(await readFile(join(folder, 'real.lock.json'), 'utf8')).toBe(text)
    expect(await readdir(folder)).toEqual(['configs', 'real.lock.json'])
  })

  test('has the weather of its switches', async () => {
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'configs'))
    const args = [command, '--emulator', '--emulator-faults', 'error=100%', '--retries', '3']
    const started = startProcess({ args, cwd: folder })
    expect(await started.until('gateway.retrying')).toMatchObject({ status: 500 })
  })
})

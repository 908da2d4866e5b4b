import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Line, startProcess, temporaryFolder } from '../support/process.ts'

let folder: string

beforeEach(async () => {
  folder = await temporaryFolder()
  await mkdir(join(folder, 'configs'))
})

async function write(name: string, text: string): Promise<void> {
  await writeFile(join(folder, name), text)
}

/** What a daemon says of its settings when it starts. */
async function started(args: readonly string[] = [], env: Record<string, string> = {}): Promise<Line> {
  const daemon = startProcess({ args: ['run', '--emulator', ...args], env, cwd: folder })
  const line = await daemon.until('daemon.started')
  expect(await daemon.kill('SIGTERM')).toBe(0)
  return line
}

async function refused(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const daemon = startProcess({ args: ['run', ...args], env, cwd: folder })
  expect(await daemon.ended).toBe(78)
  expect(daemon.stdout()).toBe('')
  return daemon.stderr()
}

describe('a setting is taken from', () => {
  test('its default where nothing is said', async () => {
    expect(await started()).toMatchObject({ owner: 'default', policy: 'upsert-only', dir: join(folder, 'configs') })
  })

  test('a file over the default', async () => {
    await write('aigw-sync.config.ts', "const owner: string = 'file'\nexport default { owner, policy: 'create-only' }\n")
    expect(await started()).toMatchObject({ owner: 'file', policy: 'create-only' })
  })

  test('a variable over the file', async () => {
    await write('.aigw-syncrc.yaml', 'owner: file\npolicy: create-only\n')
    expect(await started([], { AIGW_SYNC_OWNER: 'variable' })).toMatchObject({ owner: 'variable', policy: 'create-only' })
  })

  test('a flag over all', async () => {
    await write('.aigw-syncrc.yaml', 'owner: file\npolicy: create-only\n')
    const env = { AIGW_SYNC_OWNER: 'variable', AIGW_SYNC_POLICY: 'sync' }
    expect(await started(['--owner', 'flag'], env)).toMatchObject({ owner: 'flag', policy: 'sync' })
  })

  test('the file that --settings names, to which its paths are relative', async () => {
    await mkdir(join(folder, 'etc/modules'), { recursive: true })
    await write('.aigw-syncrc.yaml', 'owner: passed-over\n')
    await write('etc/settings.json', '{ "owner": "named", "dir": "modules" }')
    expect(await started(['--settings', 'etc/settings.json'])).toMatchObject({ owner: 'named', dir: join(folder, 'etc/modules') })
  })
})

describe('a mistake ends the start with all there is to mend', () => {
  test('an unknown setting, with the one that was meant', async () => {
    await write('.aigw-syncrc.json', '{ "resync_intervall": "5m", "owner": "a b" }')
    const said = await refused(['--emulator'], { AIGW_SYNC_DRI: 'configs' })
    expect(said).toMatch(/AIGW_SYNC_DRI.*did you mean AIGW_SYNC_DIR\?/)
    expect(said).toMatch(/resync_intervall.*did you mean resyncInterval\?/)
    expect(said).toMatch(/owner: expected .*got "a b"/)
  })

  test('an address to which the token would go in the clear', async () => {
    expect(await refused(['--api-url', 'http://gateway.example'])).toMatch(/--api-url: expected an https URL/)
  })

  test('a token in a settings file is refused and not repeated', async () => {
    await write('.aigw-syncrc.json', '{ "apiKey": "ngrok_canary" }')
    const said = await refused([])
    expect(said).toMatch(/apiKey: the token is no setting/)
    expect(said).not.toContain('canary')
  })

  test('no token: the places where it may be, and the way to do without', async () => {
    const said = await refused([])
    expect(said).toContain('systemd credential ai-gateway-api-key')
    expect(said).toContain('AI_GATEWAY_API_KEY_FILE')
    expect(said).toContain('in AI_GATEWAY_API_KEY;')
    expect(said).toContain('--emulator')
  })
})

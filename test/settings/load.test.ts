import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadSettings, type SettingsSources } from '../../src/settings/load.ts'
import { describeSettingsError } from '../../src/settings/problem.ts'
import { writeBelow } from './files.ts'
import { errorOf, valueOf } from './result.ts'

let cwd: string

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'aigw-sync-settings-'))
})

afterEach(() => rm(cwd, { recursive: true }))

const write = (name: string, text: string) => writeBelow(cwd, name, text)

function load(sources: Partial<SettingsSources> = {}) {
  return loadSettings({ flags: {}, env: {}, cwd, ...sources })
}

async function loaded(sources?: Partial<SettingsSources>) {
  return valueOf(await load(sources))
}

async function complaint(sources?: Partial<SettingsSources>): Promise<string> {
  return describeSettingsError(errorOf(await load(sources)))
}

test('without anything, the defaults', async () => {
  expect(await loaded()).toEqual({
    settings: {
      dir: join(cwd, 'configs'),
      lockfile: join(cwd, 'aigw-sync.lock.json'),
      apiUrl: 'https://api.ngrok.ai',
      allowHttp: false,
      owner: 'default',
      policy: 'upsert-only',
      drift: 'correct',
      deleteGrace: 30_000,
      deleteMax: 10,
      deleteMaxPercent: 30,
      resyncInterval: 300_000,
      settle: 20,
      concurrency: 8,
      requestTimeout: 30_000,
      retries: 5,
      rateLimit: { requests: 110, windowMs: 60_000 },
      evaluationTimeout: 5_000,
      evaluationMemory: 256,
      requireAccess: false,
      plainSecrets: false,
      strictPermissions: true,
      adminListen: undefined,
      logLevel: 'info',
      logFormat: undefined,
    },
  })
})

describe('the strongest wins', () => {
  const file = 'owner: file\nretries: 1\nsettle: 1ms\n'
  const env = { AIGW_SYNC_OWNER: 'variable', AIGW_SYNC_RETRIES: '2', HOME: '/root', PATH: '/bin' }

  test('flags over variables over the file over defaults', async () => {
    await write('.aigw-syncrc.yaml', file)
    const { settings } = await loaded({ flags: { owner: 'flag', retries: undefined }, env })
    expect(settings).toMatchObject({ owner: 'flag', retries: 2, settle: 1, concurrency: 8 })
  })

  test('an ill-typed value is an error also where a stronger one covers it', async () => {
    await write('.aigw-syncrc.yaml', 'retries: many')
    expect(await complaint({ flags: { retries: '3' } })).toContain('retries: expected a whole number from 0 to 100')
  })
})

describe('paths', () => {
  test('of flags and variables are relative to the working directory', async () => {
    const { settings } = await loaded({ flags: { dir: 'a' }, env: { AIGW_SYNC_LOCKFILE: 'b/lock.json' } })
    expect(settings).toMatchObject({ dir: join(cwd, 'a'), lockfile: join(cwd, 'b/lock.json') })
  })

  test("of a settings file are relative to the file's folder", async () => {
    const file = await write('etc/settings.json', '{ "dir": "modules", "lockfile": "/var/lib/lock.json" }')
    expect(await loaded({ flags: { settings: 'etc/settings.json' } })).toMatchObject({
      file,
      settings: { dir: join(cwd, 'etc/modules'), lockfile: '/var/lib/lock.json' },
    })
  })
})

describe('a value of the wrong kind', () => {
  test('is told with what was expected, an example, what came, and where', async () => {
    const file = await write('.aigw-syncrc.json', '{ "concurrency": 0, "policy": ["sync"], "requireAccess": "yes" }')
    const env = { AIGW_SYNC_RESYNC_INTERVAL: '5', AIGW_SYNC_OWNER: '' }
    expect(await complaint({ flags: { rateLimit: 'fast' }, env })).toBe(
      [
        'settings: 6 problems',
        `${file}: concurrency: expected a whole number from 1 to 256 (the default is 8); got 0`,
        `${file}: policy: expected one of create-only, upsert-only, sync (the default is upsert-only); got a list`,
        `${file}: requireAccess: expected true or false (the default is false); got "yes"`,
        'AIGW_SYNC_RESYNC_INTERVAL: expected a duration from 100ms to 24h (the default is 5m); got "5"',
        'AIGW_SYNC_OWNER: expected 1 to 64 letters, digits, dots, hyphens and underscores (the default is default); got nothing',
        '--rate-limit: expected requests in a window of at most 1h, or off (the default is 110/60s); got "fast"',
      ].join('\n  '),
    )
  })

  test('a credential in an address is not repeated', async () => {
    const flags = { apiUrl: 'https://user:hunter2@api.ngrok.ai' }
    const env = { AIGW_SYNC_API_URL: 'https://api.ngrok.ai?token=hunter2' }
    const text = await complaint({ flags, env })
    expect(text).not.toContain('hunter2')
    expect(text).toContain('--api-url: expected an https URL')
    expect(text).toContain('got one with credentials in it')
  })

  test('an escape sequence in it does not reach the terminal', async () => {
    expect(await complaint({ flags: { owner: 'a\u009b2J' } })).toContain(String.raw`a\u009b2J`)
  })
})

describe('plain http to another machine', () => {
  const apiUrl = 'http://gateway.internal:8080'

  test('is refused where it was written, with both ways out', async () => {
    const file = await write('.aigw-syncrc.json', JSON.stringify({ apiUrl }))
    expect(await complaint()).toBe(
      `settings: ${file}: apiUrl: expected an https URL: over plain http to another machine, anybody on the way can read the token; got "${apiUrl}"; use https, or set allowHttp to true if you trust the network`,
    )
    expect(await complaint({ env: { AIGW_SYNC_API_URL: apiUrl } })).toContain(
      'settings: AIGW_SYNC_API_URL: expected an https URL',
    )
    expect(await complaint({ flags: { apiUrl } })).toContain('settings: --api-url: expected an https URL')
  })

  test('is accepted with allowHttp, from whatever place', async () => {
    await write('.aigw-syncrc.json', JSON.stringify({ apiUrl }))
    expect(await loaded({ flags: { allowHttp: 'true' } })).toMatchObject({ settings: { apiUrl, allowHttp: true } })
    expect(await loaded({ env: { AIGW_SYNC_ALLOW_HTTP: 'true' } })).toMatchObject({ settings: { apiUrl, allowHttp: true } })
  })

  test('is refused where a stronger place takes allowHttp back', async () => {
    await write('.aigw-syncrc.json', JSON.stringify({ apiUrl, allowHttp: true }))
    expect(await complaint({ flags: { allowHttp: 'false' } })).toContain('apiUrl: expected an https URL')
  })

  test('does not matter where a stronger place names another address', async () => {
    await write('.aigw-syncrc.json', JSON.stringify({ apiUrl }))
    expect(await loaded({ flags: { apiUrl: 'http://127.0.0.1:4040' } })).toMatchObject({
      settings: { apiUrl: 'http://127.0.0.1:4040' },
    })
  })

  test.each(['', 'yes'])('is not accepted for an allowHttp of %o', async (allowHttp) => {
    const text = await complaint({ flags: { apiUrl, allowHttp } })
    expect(text).toContain('--allow-http: expected true or false')
    expect(text).toContain('--api-url: expected an https URL: over plain http')
  })
})

describe('an unknown setting', () => {
  test.each([
    ['resyncIntervall', 'resyncInterval'],
    ['resync_interval', 'resyncInterval'],
    ['Owner', 'owner'],
    ['log-level', 'logLevel'],
  ])('%s in a file is an error that names %s', async (written, meant) => {
    const file = await write('aigw-sync.config.json', JSON.stringify({ [written]: 1 }))
    expect(await complaint()).toBe(`settings: ${file}: ${written}: this version knows no such setting; did you mean ${meant}?`)
  })

  test('as a variable is an error that names the variable that was meant', async () => {
    expect(await complaint({ env: { AIGW_SYNC_RESYNC_INTERVALL: '1s' } })).toBe(
      'settings: AIGW_SYNC_RESYNC_INTERVALL: this version knows no such setting; did you mean AIGW_SYNC_RESYNC_INTERVAL?',
    )
  })

  test.each(['shinyColours', 'adminSocket', 'constructor', '__proto__', 'x'])(
    '%s, near to none, is an error without a guess',
    async (written) => {
      await write('aigw-sync.config.json', `{ "${written}": 1 }`)
      expect(await complaint()).toMatch(new RegExp(`: ${written}: this version knows no such setting$`))
    },
  )

  test('is not what Kubernetes sets beside a service called aigw-sync', async () => {
    const env = {
      AIGW_SYNC_SERVICE_HOST: '10.0.0.1',
      AIGW_SYNC_SERVICE_PORT: '443',
      AIGW_SYNC_SERVICE_PORT_HTTPS: '443',
      AIGW_SYNC_PORT: 'tcp://10.0.0.1:443',
      AIGW_SYNC_PORT_443_TCP: 'tcp://10.0.0.1:443',
      AIGW_SYNC_PORT_443_TCP_ADDR: '10.0.0.1',
    }
    expect((await load({ env })).isOk()).toBe(true)
  })

  test("is not a command's other option", async () => {
    expect((await load({ flags: { emulator: true, json: true } })).isOk()).toBe(true)
  })
})

describe('a token among the settings', () => {
  test.each(['apiKey', 'token', 'AI_GATEWAY_API_KEY', 'api_key', 'apiToken'])('%s in a file is refused unseen', async (name) => {
    await write('aigw-sync.config.json', JSON.stringify({ [name]: 'hunter2' }))
    const text = await complaint()
    expect(text).toContain(`${name}: the token is no setting`)
    expect(text).toContain('AI_GATEWAY_API_KEY_FILE')
    expect(text).not.toContain('hunter2')
  })

  test('and so is one in a variable of ours', async () => {
    const text = await complaint({ env: { AIGW_SYNC_API_KEY: 'hunter2' } })
    expect(text).toContain('AIGW_SYNC_API_KEY: the token is no setting')
    expect(text).not.toContain('hunter2')
  })
})

import { once } from 'node:events'
import { chmod, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { decodeMetadata } from '../../src/model/stamp.ts'
import type { RunningProcess } from '../support/process.ts'
import { created, keysOn, openReloading, type Reloading } from '../support/reloading.ts'
import { named, resyncs } from '../support/scene.ts'

describe('what a reload takes', () => {
  test('policy: what upsert-only left is deleted under sync, within the caps', async () => {
    const it = await openReloading({ deleteGrace: '0ms' })
    for (const key of ['a', 'b', 'c']) await it.put(`${key}.json`, named(key))
    const daemon = await it.start()
    await created(daemon, 'a', 'b', 'c')
    for (const key of ['a', 'b']) await rm(join(it.folder, 'configs', `${key}.json`))
    await daemon.until(() => daemon.told('config.orphaned').length === 2)
    const capped = await it.resettle(daemon, { deleteGrace: '0ms', policy: 'sync' })
    expect(capped).toMatchObject({ settings: ['policy'] })
    expect(await daemon.until('guard.blocked')).toMatchObject({ guard: 'delete-max-percent', count: 2 })
    expect(keysOn(it)).toEqual(['a', 'b', 'c'])
    await it.resettle(daemon, { deleteGrace: '0ms', policy: 'sync', deleteMaxPercent: 100 })
    await daemon.until(() => daemon.told('config.deleted').length === 2)
    expect(keysOn(it)).toEqual(['c'])
  })

  test.each([
    ['configuration', { 'gone.json': undefined }],
    ['provider key', { 'gone.json': named('Gone') }],
  ])('policy: the deletion of a %s that has not been sent is not made any more under upsert-only', async (_, change) => {
    const sent = await requestsBeforeDelete(change)
    const it = await openReloading({ ...SYNC, rateLimit: `${sent}/1h` })
    const daemon = await startWithKey(it)
    await apply(it, change)
    await daemon.until('gateway.throttled')
    expect(await it.resettle(daemon, { ...SYNC, policy: 'upsert-only' })).toMatchObject({ settings: ['policy', 'rateLimit'] })
    await daemon.until(({ event, stays }) => event.endsWith('.orphaned') && stays === 'policy')
    await it.reload(daemon)
    await it.put('after.json', named('After'))
    await created(daemon, 'after')
    const deletions = ['/access-key-configurations/{id}', '/provider-keys/{id}'].map((path) =>
      it.emulator.requests.count('DELETE', path),
    )
    expect(deletions).toEqual([0, 0])
  })

  test('resyncInterval, from a module and the file that it imports, both as they are now', async () => {
    const it = await openReloading()
    await it.write("export const often: string = '24h'\n", 'intervals.ts')
    await it.write("import { often } from './intervals.ts'\nexport default { resyncInterval: often }\n", 'aigw-sync.config.ts')
    const daemon = await it.start('--rate-limit', 'off')
    await it.write("export const often: string = '100ms'\n", 'intervals.ts')
    expect(await it.reload(daemon)).toMatchObject({ settings: ['resyncInterval'] })
    await resyncs(it.emulator, 5)
    await it.write("export default { resyncInterval: '24h', drift: 'report' }\n", 'aigw-sync.config.ts')
    expect(await it.reload(daemon)).toMatchObject({ settings: ['drift', 'resyncInterval'] })
  })

  test('rateLimit: what waited for the old one leaves at once', async () => {
    const keys = Array.from({ length: 12 }, (_, n) => `e${n}`)
    const it = await openReloading({ rateLimit: '6/1h' })
    for (const key of keys) await it.put(`${key}.json`, named(key))
    const daemon = await it.start()
    await daemon.until('gateway.throttled')
    expect(it.posts.length).toBeLessThan(6)
    await it.resettle(daemon, { rateLimit: 'off' })
    await created(daemon, ...keys)
    expect(it.posts.toSorted()).toEqual(keys.toSorted())
  })

  test('concurrency, requestTimeout and retries, of what leaves from then on', async () => {
    const keys = Array.from({ length: 6 }, (_, n) => `e${n}`)
    const it = await openReloading({ concurrency: 1 })
    const daemon = await it.start()
    const { promise: all, resolve } = Promise.withResolvers<void>()
    let arrived = 0
    it.emulator.intercept({
      before: async ({ method }): Promise<'continue'> => {
        if (method === 'POST' && ++arrived === keys.length) resolve()
        if (method === 'POST') await all
        return 'continue'
      },
    })
    const settings = { concurrency: 6, requestTimeout: '10m', retries: 0 }
    expect(await it.resettle(daemon, settings)).toMatchObject({ settings: ['concurrency', 'requestTimeout', 'retries'] })
    for (const key of keys) await it.put(`${key}.json`, named(key))
    await created(daemon, ...keys)
  })

  test('logLevel: what was left out is told, and the other way round', async () => {
    const it = await openReloading({ logLevel: 'error', resyncInterval: '24h' })
    const daemon = it.launch()
    await resyncs(it.emulator, 0)
    const reloaded = await it.resettle(daemon, { logLevel: 'info', resyncInterval: '24h' })
    expect(reloaded).toMatchObject({ settings: ['logLevel'] })
    expect(daemon.told('daemon.started')).toEqual([])
    await it.put('b.json', named('B'))
    await created(daemon, 'b')
    await it.write({ logLevel: 'silent', resyncInterval: '100ms' })
    const often = resyncs(it.emulator, 5)
    daemon.child.kill('SIGHUP')
    await often // by which both are taken
    expect(await daemon.kill('SIGTERM')).toBe(0)
    expect(daemon.events().at(-1)).toBe('daemon.reloading')
  })

  test('requireAccess: what it forbids is told and kept, under sync as well, until it is allowed again', async () => {
    const sync = { policy: 'sync', deleteGrace: '0ms', deleteMaxPercent: 100, resyncInterval: '100ms' }
    const it = await openReloading(sync)
    await it.put('open.json', { name: 'Open' })
    await it.put('web.json', named('Web'))
    const daemon = await it.start()
    await created(daemon, 'open', 'web')
    await it.resettle(daemon, { ...sync, requireAccess: true })
    expect(await daemon.until('source.invalid')).toMatchObject({ file: 'open.json' })
    await resyncs(it.emulator, 3)
    expect(keysOn(it)).toEqual(['open', 'web'])
    await it.resettle(daemon, sync)
    await it.put('open.json', { name: 'Opened' })
    expect(await daemon.until('config.updated')).toMatchObject({ key: 'open' })
    expect(keysOn(it)).toEqual(['open', 'web'])
  })

  test('adminListen and webhook', async () => {
    const it = await openReloading()
    const hooked = await webhook()
    const daemon = await it.start()
    await it.resettle(daemon, { adminListen: '127.0.0.1:0', webhook: hooked.url })
    const { url } = await daemon.until('admin.listening')
    expect((await fetch(`${String(url)}healthz`)).status).toBe(200)
    await it.put('a.json', { key: 'same', ...named('A') })
    await it.put('b.json', { key: 'same', ...named('B') })
    expect(await hooked.told).toContain('config.conflict')
    expect(daemon.stdout()).not.toContain(hooked.url)
    await it.resettle(daemon, {})
    await expect(fetch(`${String(url)}healthz`)).rejects.toThrow('fetch failed')
  })
})

describe('what a reload does not take', () => {
  test('is told at each, for as long as it differs, and the rest of the file is taken', async () => {
    const it = await openReloading()
    await it.put('a.json', named('A'))
    const daemon = await it.start()
    await created(daemon, 'a')
    const settings = { owner: 'another', dir: 'elsewhere', drift: 'report' }
    expect(await it.resettle(daemon, settings)).toMatchObject({ settings: ['drift'] })
    expect(await it.reload(daemon)).toMatchObject({ settings: [] })
    expect(daemon.told('settings.postponed')).toMatchObject([
      { level: 'warn', settings: ['dir', 'owner'] },
      { level: 'warn', settings: ['dir', 'owner'] },
    ])
    await it.put('b.json', named('B'))
    await created(daemon, 'b')
    const owners = it.emulator.state.configurations.map(({ metadata }) => decodeMetadata(metadata).stamp?.owner)
    expect(owners).toEqual(['default', 'default'])
    await it.resettle(daemon, {})
    expect(daemon.told('settings.postponed')).toHaveLength(2)
  })

  test('is what a flag or a variable says', async () => {
    const it = await openReloading({ drift: 'report' })
    const daemon = await it.start('--policy', 'create-only')
    expect(await it.resettle(daemon, { policy: 'sync', drift: 'report' })).toMatchObject({ settings: [] })
  })

  test.each([
    ['does not parse', 'policy: [', /aigw-sync\.config\.yaml: does not load/],
    ['has a value of another kind', { policy: 'all', resyncInterval: '1s' }, /policy: expected one of create-only/],
    ['has a setting that there is not', { polcy: 'sync' }, /polcy: .*did you mean policy\?/],
    ['has the token', { apiKey: 'sk-1234567890' }, /the token is no setting/],
  ])('is a file that %s: it is told, nothing of it is taken, and the daemon goes on', async (_, content, msg) => {
    const it = await openReloading({ policy: 'create-only' })
    const daemon = await it.start()
    expect(await it.resettle(daemon, content)).toMatchObject({ settings: [] })
    const [refused, ...more] = daemon.told('settings.refused')
    expect(refused).toMatchObject({ level: 'error', error: expect.stringMatching(msg) as string })
    expect(refused?.msg).not.toContain('sk-1234567890')
    expect(more).toEqual([])
    await it.put('a.json', named('A'))
    await created(daemon, 'a')
    expect(await it.resettle(daemon, { policy: 'create-only' })).toMatchObject({ settings: [] })
    expect(daemon.told('settings.refused')).toHaveLength(1)
    expect(await daemon.kill('SIGTERM')).toBe(0)
  })

  test('is a file that is named and gone', async () => {
    const it = await openReloading()
    await writeFile(join(it.folder, 'mine.yaml'), 'drift: report\nrateLimit: off\n')
    const daemon = await it.start('--settings', 'mine.yaml')
    await rm(join(it.folder, 'mine.yaml'))
    expect(await it.reload(daemon)).toMatchObject({ settings: [] })
    expect(daemon.told('settings.refused')).toMatchObject([{ error: expect.stringContaining('there is no file') as string }])
  })

  test('is strictPermissions where the folder is not safe: all settings stay, and the folder is followed on', async () => {
    const it = await openReloading({ strictPermissions: false })
    await chmod(join(it.folder, 'configs'), 0o777)
    const daemon = await it.start()
    expect(await it.resettle(daemon, { strictPermissions: true, drift: 'report' })).toMatchObject({ settings: [] })
    expect(daemon.told('settings.refused')).toMatchObject([{ error: expect.stringContaining('chmod') as string }])
    await it.put('a.json', named('A'))
    await created(daemon, 'a')
    await chmod(join(it.folder, 'configs'), 0o755)
    expect(await it.reload(daemon)).toMatchObject({ settings: ['drift', 'strictPermissions'] })
  })
})

const SYNC = { policy: 'sync', deleteGrace: '0ms', deleteMaxPercent: 100, resyncInterval: '24h' }

const STEP = { type: 'user', keys: [{ name: 'prod', value: { $env: 'PROD' } }] }

/** With a configuration and a provider key of ours. */
async function startWithKey(it: Reloading): Promise<RunningProcess> {
  await it.put('gone.json', { ...named('Gone'), router: { rules: [{ provider: 'openai', steps: [STEP] }] } })
  const daemon = await it.start()
  await created(daemon, 'gone')
  return daemon
}

async function apply(it: Reloading, files: Readonly<Record<string, object | undefined>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    if (content) await it.put(path, content)
    else await rm(join(it.folder, 'configs', path))
  }
}

/** How many requests leave until a change makes for a deletion. */
async function requestsBeforeDelete(change: Readonly<Record<string, object | undefined>>): Promise<number> {
  const it = await openReloading(SYNC)
  const { promise: before, resolve } = Promise.withResolvers<number>()
  it.emulator.intercept({
    before: ({ method, number }) => {
      if (method === 'DELETE') resolve(number - 1)
      return 'continue'
    },
  })
  const daemon = await startWithKey(it)
  await apply(it, change)
  const sent = await before
  await daemon.kill('SIGKILL')
  return sent
}

/** A place for a webhook. `told`: the first that comes. */
async function webhook(): Promise<{ readonly url: string; readonly told: Promise<string> }> {
  const { promise: told, resolve } = Promise.withResolvers<string>()
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => (body += text))
    request.on('end', () => {
      response.writeHead(204).end()
      resolve(body)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => server.close().closeAllConnections())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/s3cr3t`, told }
}

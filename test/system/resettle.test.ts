import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { chmod, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { decodeMetadata } from '../../src/model/stamp.ts'
import { descendants } from '../support/proc.ts'
import type { RunningProcess } from '../support/process.ts'
import { openReloading, type Reloading } from '../support/reloading.ts'
import { keyOf, named, resyncs } from '../support/scene.ts'

/** Every key on the gateway, as often as it is there. */
function keysOn({ emulator }: Reloading): readonly string[] {
  return emulator.state.configurations.map(({ metadata }) => decodeMetadata(metadata).stamp?.key ?? '').toSorted()
}

async function created(daemon: RunningProcess, ...keys: readonly string[]): Promise<void> {
  const isCreated = (key: string) => daemon.told('config.created').some((line) => line['key'] === key)
  await daemon.until(() => keys.every(isCreated))
}

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

  test('policy: a deletion that has not been sent is not made any more under upsert-only', async () => {
    const sync = { policy: 'sync', deleteGrace: '0ms', deleteMaxPercent: 100, concurrency: 1 }
    const it = await openReloading(sync)
    await it.put('gone.json', named('Gone'))
    const daemon = await it.start('--log-level', 'debug')
    await created(daemon, 'gone')
    const { promise: held, resolve: tell } = Promise.withResolvers<void>()
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    it.emulator.intercept({
      before: async ({ method, body }): Promise<'continue'> => {
        if (method !== 'POST' || keyOf(body) !== 'first') return 'continue'
        tell()
        await released
        return 'continue'
      },
    })
    await it.put('first.json', named('First'))
    await held
    await rm(join(it.folder, 'configs/gone.json'))
    await daemon.until((line) => line.event === 'plan.computed' && 'delete' in (line['changes'] as object))
    await it.resettle(daemon, { ...sync, policy: 'upsert-only' })
    release()
    expect(await daemon.until('config.orphaned')).toMatchObject({ key: 'gone', stays: 'policy' })
    await created(daemon, 'first')
    expect(it.emulator.requests.count('DELETE', '/access-key-configurations/{id}')).toBe(0)
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

describe('many reloads', () => {
  test('amid creations whose answers get lost make no duplicate and miss no file, whatever they change', async () => {
    const keys = Array.from({ length: 60 }, (_, n) => `e${String(n).padStart(2, '0')}`)
    const it = await openReloading({}, { latencyMs: 5, faults: { lost: 0.15, timeout: 0.1, reset: 0.1 }, seed: 6 })
    const daemon = await it.start()
    for (const [n, key] of keys.entries()) {
      await it.put(`${key}.json`, named(key))
      if (n % 4 === 0) await it.resettle(daemon, changed(n))
    }
    await daemon.until(() => keysOn(it).length >= keys.length)
    it.emulator.setFaults({})
    await it.resettle(daemon, { resyncInterval: '100ms' })
    await daemon.until((line) => line.event === 'plan.computed' && JSON.stringify(line['changes']) === '{"noop":60}')
    expect(keysOn(it)).toEqual(keys)
    expect(daemon.told('config.deleted')).toEqual([])
  })

  test('that come in a storm are as many as have an end, and the last word holds', async () => {
    const it = await openReloading()
    const daemon = await it.start()
    for (let n = 1; n <= 200; n++) {
      await it.write({ settle: `${n}ms`, policy: n % 2 === 0 ? 'sync' : 'create-only' })
      daemon.child.kill('SIGHUP')
    }
    await it.reload(daemon)
    await it.put('a.json', named('A'))
    await created(daemon, 'a')
    expect(await it.reload(daemon)).toMatchObject({ settings: [] })
    expect(daemon.told('daemon.reloading')).toHaveLength(daemon.told('daemon.reloaded').length)
    expect(daemon.told('settings.refused').length).toBeLessThan(200) // a file that is being written may be read half
    expect(await daemon.kill('SIGTERM')).toBe(0)
    expect(it.posts).toEqual(['a'])
  })

  test('keep no process and no watch of the sources before', async () => {
    const it = await openReloading()
    const daemon = await it.start()
    await it.put('a.ts', "export default { name: 'A' }\n")
    await created(daemon, 'a')
    const before = await heldBy(daemon)
    expect(before).toEqual({ evaluators: 1, watches: 1 })
    for (let n = 1; n <= 5; n++) await it.resettle(daemon, { settle: `${n}ms` })
    await vi.waitFor(async () => expect(await heldBy(daemon)).toEqual(before))
  })
})

/** Its evaluators, and how many places of its folder it watches. */
async function heldBy({ child: { pid = 0 } }: RunningProcess): Promise<{ evaluators: number; watches: number }> {
  const infos = (await readdir(`/proc/${pid}/fdinfo`)).map((fd) => readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))
  const watches = infos.join('').match(/^inotify /gm)?.length ?? 0
  return { evaluators: (await descendants(pid)).length, watches }
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
  onTestFinished(() => void server.close().closeAllConnections())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/s3cr3t`, told }
}

/** Now the source is another, now the rules, now how requests leave. */
function changed(n: number): object {
  return { settle: `${n % 3}ms`, concurrency: 1 + (n % 7), policy: n % 8 === 0 ? 'sync' : 'upsert-only', deleteGrace: '0ms' }
}

import fc from 'fast-check'
import { once } from 'node:events'
import { access, link, lstat, mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { connect, createServer as createSocket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { socketOf } from '../../../src/daemon/admin/address.ts'
import { askDaemon } from '../../../src/daemon/admin/ask.ts'
import { adminRoutes } from '../../../src/daemon/admin/routes.ts'
import { openAdmin } from '../../../src/daemon/admin/server.ts'
import type { SyncEvent } from '../../../src/model/events.ts'
import { errorOf, valueOf } from '../../settings/result.ts'
import { temporaryFolder } from '../../support/process.ts'
import { closed, head, lockfilePath, openAt, sendTo, stubControls } from './kit.ts'

describe('a daemon', () => {
  test('can be asked for its status', async () => {
    const lockfile = await lockfilePath()
    await openAt(lockfile)
    expect(valueOf(await askDaemon(lockfile, 'GET', '/status'))).toEqual({ status: 200, body: { running: true } })
  })

  test.each([
    [{ healthy: true, problems: [] }, 200],
    [{ healthy: false, problems: ['the folder is gone'] }, 503],
  ])('that says %j of its health answers with %d', async (document, status) => {
    const lockfile = await lockfilePath()
    await openAt(lockfile, { ...stubControls().controls, health: () => document })
    expect(valueOf(await askDaemon(lockfile, 'GET', '/healthz'))).toEqual({ status, body: document })
  })

  test('can be hurried', async () => {
    const lockfile = await lockfilePath()
    const { told, controls } = stubControls()
    await openAt(lockfile, controls)
    expect(valueOf(await askDaemon(lockfile, 'POST', '/reconcile'))).toEqual({ status: 202, body: {} })
    expect(told).toEqual(['hurry'])
  })

  test('takes the confirmation of as many deletions as there are, and hurries', async () => {
    const lockfile = await lockfilePath()
    const { told, controls } = stubControls()
    await openAt(lockfile, controls)
    expect(valueOf(await askDaemon(lockfile, 'POST', '/deletions', { confirm: 3 }))).toEqual({
      status: 200,
      body: { confirmed: 3 },
    })
    expect(told).toEqual(['approve 3', 'hurry'])
  })

  test('says how many deletions there are where that is another number, and does nothing', async () => {
    const lockfile = await lockfilePath()
    const { told, controls } = stubControls()
    await openAt(lockfile, controls)
    expect(valueOf(await askDaemon(lockfile, 'POST', '/deletions', { confirm: 2 }))).toEqual({ status: 409, body: { count: 3 } })
    expect(told).toEqual([])
  })

  test('is asked by one path of its lockfile as by another', async () => {
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'real'))
    await symlink('real/lock.json', join(folder, 'link.json'))
    await openAt(join(folder, 'link.json'))
    expect(await readdir(join(folder, 'real'))).toEqual(['lock.json.sock'])
    for (const name of ['link.json', 'real/lock.json']) {
      expect(valueOf(await askDaemon(join(folder, name), 'GET', '/status')).status).toBe(200)
    }
  })

  test('that fails to answer goes on', async () => {
    const lockfile = await lockfilePath()
    let failures = 1
    const status = () => {
      if (failures-- > 0) throw new Error('canary')
      return {}
    }
    await openAt(lockfile, { ...stubControls().controls, status })
    const { status: code, body } = valueOf(await askDaemon(lockfile, 'GET', '/status'))
    expect(code).toBe(500)
    expect(JSON.stringify(body)).not.toContain('canary')
    expect(valueOf(await askDaemon(lockfile, 'GET', '/status')).status).toBe(200)
  })
})

describe('a request that is none of ours', () => {
  test.each<[string, string, number]>([
    ['another path', head('GET /elsewhere'), 404],
    ['a path that every object has', head('GET __proto__'), 400],
    ['the same with a slash', head('GET /__proto__'), 404],
    ['another method', head('DELETE /status'), 405],
    ['a method of another path', head('POST /status', 'content-length: 0'), 405],
    ['a body that is no JSON', `${head('POST /deletions', 'content-length: 1')}{`, 400],
    ['a body of null', `${head('POST /deletions', 'content-length: 4')}null`, 400],
    ['a number that is no count', `${head('POST /deletions', 'content-length: 15')}{"confirm":-1 }`, 400],
    ['a text instead of a number', `${head('POST /deletions', 'content-length: 15')}{"confirm":"3"}`, 400],
    ['too large a body', `${head('POST /deletions', 'content-length: 2000')}${'x'.repeat(1025)}`, 413],
    [
      'a body without end',
      `${head('POST /deletions', 'transfer-encoding: chunked')}${'400\r\n' + 'x'.repeat(1024) + '\r\n'}401\r\n${'x'.repeat(1025)}`,
      413,
    ],
    ['too large a head', head('GET /status', `x: ${'x'.repeat(10_000)}`), 431],
    ['what is no HTTP', '\u0000\u0001\r\n\r\n', 400],
  ])('is refused: %s', async (_title, bytes, status) => {
    const lockfile = await lockfilePath()
    const { told, controls } = stubControls()
    await openAt(lockfile, controls)
    expect(await sendTo({ path: socketOf(lockfile) }, bytes)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(told).toEqual([])
    expect(valueOf(await askDaemon(lockfile, 'GET', '/status')).status).toBe(200)
  })

  test('is survived, whatever bytes it is', async () => {
    const lockfile = await lockfilePath()
    const { told, controls } = stubControls()
    await openAt(lockfile, controls)
    const begin = fc.constantFrom('', 'GET /status HTTP/1.1\r\nhost: x\r\n', head('POST /deletions', 'content-length: 9'))
    await fc.assert(
      fc.asyncProperty(begin, fc.string({ unit: 'binary', minLength: 1 }), async (first, rest) => {
        const socket = connect(socketOf(lockfile))
        const cut = closed(socket)
        socket.end(first + rest)
        socket.resume()
        await cut
        expect(valueOf(await askDaemon(lockfile, 'GET', '/status')).status).toBe(200)
      }),
      { numRuns: 100 },
    )
    expect(told).toEqual([])
  })

  test('says which methods there are', async () => {
    const lockfile = await lockfilePath()
    await openAt(lockfile)
    expect(await sendTo({ path: socketOf(lockfile) }, head('GET /deletions'))).toMatch(/\r\nallow: POST\r\n/)
  })
})

describe('the socket', () => {
  test('belongs to our user alone, whatever the umask', async () => {
    const lockfile = await lockfilePath()
    const umask = process.umask(0)
    try {
      await openAt(lockfile)
      expect(process.umask()).toBe(0)
    } finally {
      process.umask(umask)
    }
    const stat = await lstat(socketOf(lockfile))
    expect(stat.isSocket()).toBe(true)
    expect(stat.mode & 0o777).toBe(0o600)
  })

  test('is gone after an orderly stop, and nothing else is left', async () => {
    const folder = await temporaryFolder()
    const admin = await openAt(join(folder, 'lock.json'))
    expect(await readdir(folder)).toEqual(['lock.json.sock'])
    await admin.close()
    expect(await readdir(folder)).toEqual([])
  })

  test('of a daemon that was killed is replaced', async () => {
    const folder = await temporaryFolder()
    const lockfile = join(folder, 'lock.json')
    const dead = createSocket().listen(join(folder, 'dead'))
    await once(dead, 'listening')
    await link(join(folder, 'dead'), socketOf(lockfile)) // closing takes the other name away
    dead.close()
    await once(dead, 'close')
    expect(errorOf(await askDaemon(lockfile, 'GET', '/status'))).toEqual({ type: 'no-daemon' })
    await openAt(lockfile)
    expect(valueOf(await askDaemon(lockfile, 'GET', '/status')).status).toBe(200)
  })

  test('of a daemon that has the lease now is not removed by the one before', async () => {
    const lockfile = await lockfilePath()
    const before = await openAt(lockfile)
    await openAt(lockfile)
    await before.close()
    expect(valueOf(await askDaemon(lockfile, 'GET', '/status')).status).toBe(200)
  })

  test.runIf(process.platform === 'linux').each([
    ['folder', '/f'.repeat(100), 'lock.json'],
    ['name', '', `${'n'.repeat(200)}.json`],
  ])('can have a longer path than a socket address holds: a long %s', async (_title, below, name) => {
    const folder = join(await temporaryFolder(), below)
    await mkdir(folder, { recursive: true })
    const admin = await openAt(join(folder, name))
    expect(valueOf(await askDaemon(join(folder, name), 'GET', '/status')).status).toBe(200)
    await admin.close()
    expect(await readdir(folder)).toEqual([])
  })

  test('that cannot be made is reported, and nothing more', async () => {
    const lockfile = await lockfilePath()
    await mkdir(socketOf(lockfile))
    await writeFile(join(socketOf(lockfile), 'in-the-way'), '')
    const events: SyncEvent[] = []
    const admin = await openAdmin(lockfile, adminRoutes(stubControls().controls), (event) => events.push(event))
    expect(admin).toBeUndefined()
    expect(events).toMatchObject([{ event: 'admin.failed', errorCode: 'EISDIR' }])
    expect(await readdir(join(lockfile, '..'))).toEqual(['lock.json.sock'])
  })

  test.each([
    ['has sent nothing', ''],
    ['is in the middle of a request', head('POST /deletions', 'content-length: 9')],
  ])('is closed at once, though somebody %s', async (_title, bytes) => {
    const lockfile = await lockfilePath()
    const admin = await openAt(lockfile)
    const socket = connect(socketOf(lockfile))
    const cut = closed(socket)
    await once(socket, 'connect')
    socket.write(bytes)
    await admin.close()
    await cut
    await expect(access(socketOf(lockfile))).rejects.toThrow('ENOENT')
  })
})

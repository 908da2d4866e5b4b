import { once } from 'node:events'
import { mkdir, readdir, readlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createServer as createSocket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { addressToConnect, socketOf } from '../../../src/daemon/admin/address.ts'
import { askDaemon } from '../../../src/daemon/admin/ask.ts'
import { errorOf } from '../../settings/result.ts'
import { pour } from '../../support/pour.ts'
import { temporaryFolder } from '../../support/process.ts'
import { lockfilePath, openAt } from './kit.ts'

describe('asking', () => {
  test.each([
    ['there is no lockfile', (folder: string) => Promise.resolve(join(folder, 'lock.json'))],
    ['there is no folder', (folder: string) => Promise.resolve(join(folder, 'nowhere/lock.json'))],
    [
      'something else has the name',
      async (folder: string) => {
        await writeFile(join(folder, 'lock.json.sock'), '')
        return join(folder, 'lock.json')
      },
    ],
  ])('finds no daemon where %s, and makes nothing', async (_title, prepare) => {
    const folder = await temporaryFolder()
    const lockfile = await prepare(folder)
    const before = await readdir(folder)
    expect(errorOf(await askDaemon(lockfile, 'GET', '/status'))).toEqual({ type: 'no-daemon' })
    expect(await readdir(folder)).toEqual(before)
  })

  test.each([
    ['that is no JSON', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi', 'EBADMSG'],
    ['that is no HTTP', 'hello\r\n\r\n', 'HPE_INVALID_CONSTANT'],
    ['that breaks off', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhi', 'ECONNRESET'],
    ['that is none', '', 'ECONNRESET'],
  ])('takes no answer %s', async (_title, answer, code) => {
    const lockfile = await lockfilePath()
    const server = createSocket((socket) => socket.on('error', () => {}).once('data', () => socket.end(answer)))
    await once(server.listen(socketOf(lockfile)), 'listening')
    onTestFinished(() => void server.close())
    expect(errorOf(await askDaemon(lockfile, 'GET', '/status'))).toMatchObject({ type: 'daemon-refuses', code })
  })

  test('takes no answer that never ends', async () => {
    const lockfile = await lockfilePath()
    const piece = `10000\r\n${'x'.repeat(65_536)}\r\n`
    const answer = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'
    const server = createSocket((socket) => socket.on('error', () => {}).once('data', () => pour(socket, answer, piece)))
    await once(server.listen(socketOf(lockfile)), 'listening')
    onTestFinished(() => void server.close())
    const asked = await askDaemon(lockfile, 'GET', '/status', undefined, 60_000)
    expect(errorOf(asked)).toMatchObject({ type: 'daemon-refuses', code: 'EFBIG' })
  })

  test.each([
    ['answers nothing', () => {}],
    ['does not end its answer', (response: NodeJS.WritableStream) => void response.write('{')],
  ])('gives up on a daemon that %s', async (_title, answer) => {
    const lockfile = await lockfilePath()
    const server = createServer((_request, response) => answer(response))
    await once(server.listen(socketOf(lockfile)), 'listening')
    onTestFinished(() => {
      server.close()
      server.closeAllConnections()
    })
    const asked = await askDaemon(lockfile, 'GET', '/status', undefined, 50)
    expect(errorOf(asked)).toEqual({ type: 'daemon-silent', ms: 50 })
  })

  test.runIf(process.platform === 'linux')('leaves no handle of a long path open', async () => {
    const folder = join(await temporaryFolder(), 'f'.repeat(120))
    await mkdir(folder)
    await openAt(join(folder, 'lock.json'))
    const address = await addressToConnect(socketOf(join(folder, 'lock.json')))
    expect(await readlink(address.path)).toBe(socketOf(join(folder, 'lock.json')))
    await address.letGo()
    await expect(readlink(address.path)).rejects.toThrow('ENOENT')
  })
})

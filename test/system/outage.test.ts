import { describe, expect, test, vi } from 'vitest'
import type { Emulator } from '../../src/emulator/emulator.ts'
import { emulate } from '../emulator/client.ts'
import { openLine } from '../support/line.ts'
import { PATIENCE } from '../support/patience.ts'
import { startProcess } from '../support/process.ts'
import { named, openScene, recordPosts } from '../support/scene.ts'

describe('a gateway that is not there', () => {
  test('at the start is waited for, said once, and gets everything when it comes', async () => {
    const { put, start, emulator } = await openScene()
    await put('web.json', named('Web'))
    await emulator.close()
    const daemon = start('run')
    expect(await daemon.until('gateway.unreachable')).toMatchObject({ errorCode: 'ECONNREFUSED', level: 'error' })
    await put('batch.json', named('Batch'))
    await daemon.until(({ event, files }) => event === 'source.loaded' && files === 2)
    const back = await emulate({ port: portOf(emulator) })
    await daemon.until('gateway.recovered')
    await daemon.until(() => daemon.told('config.created').length === 2)
    expect(await daemon.kill('SIGTERM')).toBe(0)
    expect(back.state.configurations.map(({ name }) => name).toSorted()).toEqual(['Batch', 'Web'])
    expect(daemon.told('gateway.unreachable')).toHaveLength(1)
    expect(daemon.told('gateway.recovered')).toHaveLength(1)
    expect(daemon.told('config.failed')).toEqual([])
  })

  test('does not keep the daemon from stopping', async () => {
    const { put, start, emulator } = await openScene()
    await put('web.json', named('Web'))
    await emulator.close()
    const daemon = start('run')
    await daemon.until('gateway.unreachable')
    expect(await daemon.kill('SIGTERM')).toBe(0)
    expect(daemon.events().slice(-2)).toEqual(['daemon.stopping', 'daemon.stopped'])
  })

  test('for a while: what is dropped meanwhile is created once it is back', async () => {
    const { put, settled, emulator } = await openScene()
    await put('web.json', named('Web'))
    const daemon = await settled()
    await emulator.close()
    await put('batch.json', named('Batch'))
    await daemon.until('gateway.unreachable')
    const back = await emulate({ port: portOf(emulator) })
    const posts = recordPosts(back)
    await daemon.until('gateway.recovered')
    await daemon.until(({ event, key }) => event === 'config.created' && key === 'batch')
    expect(posts).toEqual(['batch'])
    expect(daemon.told('gateway.unreachable')).toHaveLength(1)
    expect(daemon.told('config.failed')).toEqual([])
  })
})

test('one that cuts every connection is probed by one at a time, however many entries wait', async () => {
  const scene = await openScene()
  const line = await openLine(scene.emulator)
  await scene.put('web.json', named('Web'))
  const daemon = await scene.settled('--api-url', line.url)
  line.cut()
  const keys = Array.from({ length: 60 }, (_, index) => `e${index}`)
  await Promise.all(keys.map((key) => scene.put(`${key}.json`, named(key))))
  await daemon.until('gateway.unreachable')
  await daemon.until(({ event, files }) => event === 'source.loaded' && files === 61)
  const before = line.refused()
  await vi.waitUntil(() => line.refused() >= before + 3, PATIENCE)
  expect(line.most()).toBeLessThanOrEqual(8)
  expect(line.refused()).toBeLessThanOrEqual(20) // the eight in flight when it went down, twice at most, and the probes
  line.mend()
  await daemon.until('gateway.recovered')
  await daemon.until(() => daemon.told('config.created').length === 61)
  expect(await daemon.kill('SIGTERM')).toBe(0)
  expect(daemon.told('gateway.unreachable')).toHaveLength(1)
  expect(scene.emulator.state.configurations.map(({ name }) => name).toSorted()).toEqual(['Web', ...keys].toSorted())
})

describe('a gateway that is there, and not for us', () => {
  test('a rejected token ends the start, and is shown nowhere, though the answer repeats it', async () => {
    const scene = await openScene({ token: 'right' })
    await scene.put('web.json', named('Web'))
    const token = 'ngrok_canary_0123456789abcdef'
    scene.emulator.intercept({
      before: ({ headers }) => ({ status: 401, body: { statusCode: 401, msg: `bad: ${headers.authorization}`, details: {} } }),
    })
    const args = ['run', '--api-url', scene.emulator.url, '--log-level', 'trace']
    const daemon = startProcess({ args, cwd: scene.folder, env: { AI_GATEWAY_API_KEY: token } })
    expect(await daemon.ended).toBe(77)
    expect(daemon.told('daemon.failed')).toMatchObject([{ status: 401, msg: expect.stringContaining('rejects the token') }])
    expect(daemon.stdout() + daemon.stderr()).not.toContain(token)
    expect(scene.emulator.requests.total).toBeLessThanOrEqual(2) // the two first listings
  })

  test('a URL at which there is no such API ends the start with a hint', async () => {
    const { put, start, emulator } = await openScene()
    await put('web.json', named('Web'))
    const daemon = start('run', '--api-url', `${emulator.url}/v1`)
    expect(await daemon.ended).toBe(78)
    expect(daemon.told('daemon.failed')).toMatchObject([{ status: 404, msg: expect.stringContaining('check --api-url') }])
    expect(emulator.requests.total).toBeLessThanOrEqual(2)
  })
})

function portOf({ url }: Emulator): number {
  return Number(new URL(url).port)
}

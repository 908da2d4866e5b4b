import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { ask } from '../support/ask.ts'
import { moduleNamed } from '../support/config-folder.ts'
import { PATIENCE } from '../support/patience.ts'
import { setStage } from '../support/stage.ts'

test('a daemon is asked for its metrics and its health', async () => {
  const it = await setStage({ 'chat.ts': moduleNamed('chat'), 'other.ts': moduleNamed('other') })
  it.put('broken.ts', 'export default')
  await it.tells('source.invalid broken.ts syntax')
  const socket = join(it.around, 'aigw-sync.lock.json.sock')
  const { status, type, content } = await ask(socket, '/metrics')
  expect({ status, type }).toEqual({ status: 200, type: 'application/openmetrics-text; version=1.0.0; charset=utf-8' })
  const lines = content.split('\n')
  expect(lines).toEqual(
    expect.arrayContaining([
      'aigw_sync_healthy 1',
      'aigw_sync_entries{state="managed"} 2',
      'aigw_sync_entries{state="orphaned"} 1', // by which the stage knew that all was created
      'aigw_sync_invalid_modules 1',
      'aigw_sync_changes_total{kind="create",outcome="done"} 3',
      'aigw_sync_requests_total{method="POST",collection="access-key-configurations",status="201"} 3',
      'aigw_sync_module_failures_total{problem="syntax"} 1',
    ]),
  )
  expect(await ask(socket, '/healthz')).toMatchObject({ status: 200, content: '{"healthy":true,"problems":[]}\n' })
})

test('operators are told of a conflict where they want to be, and the address is told nobody', async () => {
  const bodies: string[] = []
  const server = createServer((asked, response) => {
    asked.setEncoding('utf8').on('data', (body: string) => bodies.push(body))
    asked.on('end', () => response.writeHead(200).end())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const webhook = `http://127.0.0.1:${(server.address() as AddressInfo).port}/c4n4ry`
  const env = { AIGW_SYNC_WEBHOOK: webhook, AIGW_SYNC_LOG_LEVEL: 'debug' }
  const it = await setStage({ 'a.ts': moduleNamed('a') }, { env })
  it.put('b.ts', `export default { name: 'b', key: 'a', access: { models: { allow: [] } } }\n`)
  await vi.waitFor(() => expect(bodies.join('\n')).toContain('config.conflict'), PATIENCE)
  expect(JSON.parse(bodies[0] ?? '')).toMatchObject({
    version: 1,
    owner: 'default',
    events: [{ event: 'config.conflict', key: 'a' }],
  })
  expect(it.daemon.stdout() + it.daemon.stderr()).not.toContain('c4n4ry')
})

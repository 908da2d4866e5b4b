/** A gateway behind a certificate that nobody on this machine vouches for. */
import { expect, test } from 'vitest'
import { startProcess } from '../support/process.ts'
import { named, openScene } from '../support/scene.ts'
import { serveTls } from '../support/tls.ts'

/** An empty page of whatever is listed. */
const NOTHING = JSON.stringify({ aiGatewayAccessKeyConfigurations: [], aiGatewayProviderKeys: [], uri: '' })

test('is not talked to, and the log says how it can be; then it is', async () => {
  const scene = await openScene()
  let asked = 0
  const { port, certificate } = await serveTls((_request, response) => {
    asked++
    response.writeHead(200, { 'content-type': 'application/json' }).end(NOTHING)
  })
  await scene.put('web.json', named('Web'))
  const url = `https://127.0.0.1:${port}`
  const daemon = scene.start('run', '--api-url', url)
  const line = await daemon.until('gateway.unreachable')
  expect(line).toMatchObject({ level: 'error', errorCode: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  expect(line.msg).toContain('start aigw-sync with NODE_EXTRA_CA_CERTS=FILE')
  expect(await daemon.kill('SIGTERM')).toBe(0)
  const plan = scene.start('plan', '--api-url', url, '--retries', '0')
  expect(await plan.ended).toBe(75)
  expect(plan.stderr()).toContain('NODE_EXTRA_CA_CERTS=FILE')
  expect(asked).toBe(0)
  const env = { NODE_EXTRA_CA_CERTS: certificate, AI_GATEWAY_API_KEY: scene.emulator.token }
  const trusting = startProcess({ args: ['plan', '--api-url', url], env, cwd: scene.folder })
  const code = await trusting.ended
  expect(trusting.stderr()).toBe('')
  expect(code).toBe(0)
  expect(trusting.stdout()).toContain('web')
  expect(asked).toBeGreaterThan(0)
})

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { errorOf, serve, sendPage, trial } from './fixtures.ts'

/** An HTTPS server with a certificate that nobody vouches for. */
function serveTls(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'aigw-sync-tls-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const request = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-subj',
    '/CN=localhost',
  ]
  execFileSync('openssl', [...request, '-days', '1', '-keyout', key, '-out', cert], { stdio: 'ignore' })
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_request, response) =>
    sendPage(response, []),
  )
  onTestFinished(() => void server.close())
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)))
}

test('a certificate that nobody vouches for is told with the way out, and the token never leaves', async () => {
  const port = await serveTls()
  const { gateway, told } = trial(`https://127.0.0.1:${port}`, { patience: 'bounded', retries: 1 })
  const error = errorOf(await gateway.list())
  expect(error).toMatchObject({ type: 'unreachable', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  expect(error).toMatchObject({ msg: expect.stringMatching(/^self-signed certificate.*NODE_EXTRA_CA_CERTS=FILE/) as string })
  expect(told('gateway.unreachable')).toHaveLength(1)
  expect(gateway.sent).toBe(0)
})

test('https to a server that speaks plain HTTP says so', async () => {
  const server = await serve((_request, response) => sendPage(response, []))
  const { gateway } = trial(`https://127.0.0.1:${server.port}`, { patience: 'bounded', retries: 0 })
  expect(errorOf(await gateway.list())).toMatchObject({
    type: 'unreachable',
    msg: expect.stringContaining('speaks no TLS that is understood here') as string,
  })
  expect(server.received).toEqual([])
})

test('plain HTTP to a server that speaks TLS is no answer', async () => {
  const port = await serveTls()
  const { gateway } = trial(`http://127.0.0.1:${port}`, { patience: 'bounded', retries: 0 })
  expect(errorOf(await gateway.list())).toMatchObject({ type: expect.stringMatching(/^(?:lost|refused)$/) as string })
})

import { expect, test } from 'vitest'
import { serveTls } from '../support/tls.ts'
import { errorOf, sendPage, serve, trial } from './fixtures.ts'

test('a certificate that nobody vouches for is told with the way out, and the token never leaves', async () => {
  const { port } = await serveTls((_request, response) => sendPage(response, []))
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
  const { port } = await serveTls((_request, response) => sendPage(response, []))
  const { gateway } = trial(`http://127.0.0.1:${port}`, { patience: 'bounded', retries: 0 })
  expect(errorOf(await gateway.list())).toMatchObject({ type: expect.stringMatching(/^(?:lost|refused)$/) as string })
})

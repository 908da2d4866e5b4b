import { describe, expect, test, vi } from 'vitest'
import type { TokenRenewal } from '../../src/gateway/options.ts'
import { created, draft, errorOf, type Handler, refuse, sendPage, serve, trial } from './fixtures.ts'
import { PATIENCE } from '../support/patience.ts'

/** A token that can be replaced. */
function keptToken(first: string) {
  const listeners: (() => void)[] = []
  let value = first
  let looked = 0
  const renewal: TokenRenewal = {
    renew: () => Promise.resolve(looked++),
    onChange: (listener) => void listeners.push(listener),
  }
  return {
    options: { token: () => value, renewal },
    looked: () => looked,
    replace(next: string) {
      value = next
      for (const listener of listeners) listener()
    },
  }
}

/** Takes one token at a time. */
function guarded(taken: () => string, otherwise: Handler): Handler {
  return (request, response, number) => {
    if (request.headers.authorization === `Bearer ${taken()}`) otherwise(request, response, number)
    else refuse(response, 401)
  }
}

const answer: Handler = (request, response, number) => {
  if (request.method === 'GET') sendPage(response, [])
  else created(request, response, number)
}

describe('a token that is revoked', () => {
  test('stops everything but probes, and what waited is sent once with the one that replaces it', async () => {
    let taken = 'first'
    const server = await serve(guarded(() => taken, answer))
    const token = keptToken('first')
    const returned = vi.fn<() => void>()
    const { gateway, told } = trial(server.url, { ...token.options, concurrency: 2, onReturn: returned })
    await gateway.list()
    taken = 'second'
    const before = server.received.length
    const all = Array.from({ length: 20 }, () => gateway.create(draft, { key: 'k' }))
    await vi.waitFor(() => expect(told('gateway.rejected')).toHaveLength(1), PATIENCE)
    const refused = server.received.slice(before)
    expect(refused.map(({ method }) => method)).toEqual(['POST', 'POST', 'GET'])
    token.replace('second')
    const results = await Promise.all(all)
    expect(results.filter((result) => result.isOk())).toHaveLength(18)
    expect(server.received.slice(before + 3).map(({ method }) => method)).toEqual([
      'GET',
      ...Array.from({ length: 18 }, () => 'POST'),
    ])
    expect(told('gateway.rejected')).toHaveLength(1)
    expect(told('gateway.recovered')).toHaveLength(1)
    expect(returned).toHaveBeenCalledOnce()
    expect(token.looked()).toBe(2)
  })

  test('and replaced before the refusal comes: the request is sent again with the new one', async () => {
    const token = keptToken('first')
    const server = await serve((request, response, number) => {
      if (request.method === 'POST' && number === 2) token.replace('second')
      guarded(() => (number === 1 ? 'first' : 'second'), answer)(request, response, number)
    })
    const { gateway, told } = trial(server.url, token.options)
    await gateway.list()
    expect((await gateway.create(draft, { key: 'k' })).map(({ attempt }) => attempt).unwrapOr(0)).toBe(2)
    expect(server.received.map(({ method }) => method)).toEqual(['GET', 'POST', 'POST'])
    expect(told('gateway.rejected')).toEqual([])
  })

  test('ends the impatient, who send nothing more than one probe', async () => {
    let taken = 'first'
    const server = await serve(guarded(() => taken, answer))
    const { gateway } = trial(server.url, { token: () => 'first', patience: 'bounded', concurrency: 2 })
    await gateway.list()
    taken = 'second'
    const results = await Promise.all(Array.from({ length: 20 }, () => gateway.create(draft, { key: 'k' })))
    for (const result of results) expect(errorOf(result)).toMatchObject({ type: 'refused', status: 401 })
    expect(server.received.map(({ method }) => method)).toEqual(['GET', 'POST', 'POST', 'GET'])
  })
})

test('a token that was never taken fails each request with its refusal, without any probe', async () => {
  const server = await serve((_request, response) => refuse(response, 401))
  const { gateway, events } = trial(server.url)
  expect(errorOf(await gateway.list())).toMatchObject({ type: 'refused', status: 401 })
  expect(errorOf(await gateway.list())).toMatchObject({ type: 'refused', status: 401 })
  expect(server.received).toHaveLength(2)
  expect(events).toEqual([])
})

test('one request that is refused by something in between fails alone, and the others go on', async () => {
  const server = await serve((request, response, number) => {
    if (request.method === 'POST' && number === 2) refuse(response, 403)
    else answer(request, response, number)
  })
  const { gateway, told } = trial(server.url, { concurrency: 1 })
  await gateway.list()
  const results = await Promise.all(Array.from({ length: 5 }, () => gateway.create(draft, { key: 'k' })))
  expect(results.map((result) => result.isOk())).toEqual([false, true, true, true, true])
  expect(server.received.map(({ method }) => method)).toEqual(['GET', 'POST', 'GET', 'POST', 'POST', 'POST', 'POST'])
  expect(told('gateway.rejected')).toEqual([])
})

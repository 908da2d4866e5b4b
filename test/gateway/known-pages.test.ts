import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ObservedConfiguration } from '../../src/model/observed.ts'
import { errorOf, type Handler, refuse, sendJson, sentConfiguration, serve, trial, valueOf } from './fixtures.ts'

/** A gateway with pages of two, whose answers can be changed between two listings. */
async function stage() {
  const state = { names: ['a', 'b', 'c', 'd'], answer: undefined as Handler | undefined }
  const server = await serve((request, response, number) => {
    if (state.answer) return state.answer(request, response, number)
    const all = state.names.map((name, index) => sentConfiguration(`aigac_${index}`, { name }))
    const before = new URL(request.url, 'http://gateway').searchParams.get('beforeId')
    const from = all.findIndex(({ id }) => id === before) + 1
    const nextPageUri = from + 2 < all.length ? 'more' : null
    sendJson(response, 200, { aiGatewayAccessKeyConfigurations: all.slice(from, from + 2), uri: '', nextPageUri })
  })
  const { gateway } = trial(server.url, { retries: 0 })
  const list = async () => valueOf(await gateway.list())
  /** Not itself for the time of one listing. */
  const breakOff = async () => {
    state.answer = (_request, response) => refuse(response, 400)
    errorOf(await gateway.list())
    state.answer = undefined
  }
  return { state, gateway, list, breakOff }
}

const namesOf = (listed: readonly ObservedConfiguration[]): readonly string[] => listed.map(({ name }) => name)

describe('a page that is answered again byte by byte', () => {
  test('has the very same items', async () => {
    const { list } = await stage()
    const first = await list()
    const again = await list()
    expect(again).not.toBe(first)
    expect(again.map((each, index) => each === first[index])).toEqual([true, true, true, true])
  })

  test('has them beside one that is answered otherwise, and is read anew', async () => {
    const { state, list } = await stage()
    const first = await list()
    state.names = ['a', 'b', 'c', 'other']
    const again = await list()
    expect(namesOf(again)).toEqual(['a', 'b', 'c', 'other'])
    expect(again.map((each, index) => each === first[index])).toEqual([true, true, false, false])
  })

  test('has them after a listing that broke off', async () => {
    const { list, breakOff } = await stage()
    const first = await list()
    await breakOff()
    expect((await list())[0]).toBe(first[0])
  })

  test('is forgotten by a listing that does not have it', async () => {
    const { state, list } = await stage()
    const [first] = await list()
    state.names = ['other', 'b', 'c', 'd']
    await list()
    state.names = ['a', 'b', 'c', 'd']
    const [again] = await list()
    expect(again).toEqual(first)
    expect(again).not.toBe(first)
  })
})

describe('the same bytes are no page', () => {
  const page = { aiGatewayAccessKeyConfigurations: [sentConfiguration('aigac_1')], uri: '', nextPageUri: null }

  test('where they come with an error status', async () => {
    const { state, gateway, list } = await stage()
    state.answer = (_request, response) => sendJson(response, 200, page)
    await list()
    state.answer = (_request, response) => sendJson(response, 403, page)
    expect(errorOf(await gateway.list())).toMatchObject({ type: 'refused', status: 403 })
  })

  test('where they are called something else than JSON', async () => {
    const { state, gateway, list } = await stage()
    state.answer = (_request, response) => sendJson(response, 200, page)
    await list()
    state.answer = (_request, response) => sendJson(response, 200, page, { 'content-type': 'text/html' })
    expect(errorOf(await gateway.list())).toMatchObject({ type: 'malformed' })
  })

  test('where another page of the listing had them', async () => {
    const { state, gateway, list } = await stage()
    await list()
    state.answer = (_request, response) => sendJson(response, 200, { ...page, nextPageUri: 'more' })
    expect(errorOf(await gateway.list())).toMatchObject({ msg: 'the listing repeats an id' })
  })
})

test('what is known changes nothing of what is listed, whatever becomes of the gateway in between', async () => {
  const names = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 7 })
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(names, fc.constant('breaks off')), { maxLength: 6 }), async (states) => {
      const { state, list, breakOff } = await stage()
      for (const each of states) {
        if (typeof each === 'string') await breakOff()
        else {
          state.names = each
          expect(namesOf(await list())).toEqual(each)
        }
      }
    }),
    { numRuns: 30 },
  )
})

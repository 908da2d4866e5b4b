import { describe, expect, test } from 'vitest'
import { createBody, updateBody } from '../../src/gateway/configuration-body.ts'
import type { ResolvedRouter } from '../../src/model/resolved.ts'
import { Secret } from '../../src/model/secret.ts'
import { errorOf, draft, serve, trial } from './fixtures.ts'

/** More than a resolved router has: what a declaration may still have beside it. */
const laden = {
  hue: 'blue',
  rules: [
    {
      provider: 'openai',
      model: 'openai:openai/gpt-5.5',
      hue: 'blue',
      steps: [
        {
          type: 'user',
          keys: [{ id: 'aigpk_1', name: 'prod', value: { $plain: new Secret('sk-canary', 'a test') }, keyRedacted: '***' }],
          keySelectionStrategy: 'ordered',
          hue: 'blue',
        },
        { type: 'ngrok', keys: [], hue: 'blue' },
      ],
    },
  ],
} as unknown as ResolvedRouter

const encoded = {
  rules: [
    {
      provider: 'openai',
      model: 'openai:openai/gpt-5.5',
      steps: [{ type: 'user', keys: [{ id: 'aigpk_1' }], keySelectionStrategy: 'ordered' }, { type: 'ngrok' }],
    },
  ],
}

const pending = {
  rules: [{ provider: 'openai', steps: [{ type: 'user', keys: [{ id: '?', pending: { provider: 'openai', name: 'prod' } }] }] }],
} as const satisfies ResolvedRouter

describe('a router', () => {
  test('is sent property by property, with provider keys by their ids', () => {
    const { stamp } = draft()
    expect(JSON.parse(createBody({ configuration: { name: 'n', router: laden }, stamp }))).toMatchObject({ router: encoded })
    expect(JSON.parse(updateBody({ router: laden }))).toEqual({ router: encoded })
    expect(createBody({ configuration: { name: 'n', router: laden }, stamp })).not.toMatch(/canary|secret|blue/)
  })

  test.each<[ResolvedRouter | null]>([[{}], [{ rules: [] }], [null]])('%j is sent as it is', (router) => {
    expect(JSON.parse(updateBody({ router }))).toEqual({ router })
  })

  test('that is not declared is not sent', () => {
    expect(JSON.parse(updateBody({ name: 'n', description: null, access: null }))).toEqual({
      name: 'n',
      description: null,
      access: null,
    })
  })
})

describe('a provider key that is still to be made', () => {
  const why = 'a rule refers to the provider key prod (openai), which is still to be made'

  test('is never sent: that is a broken invariant', async () => {
    const server = await serve((_request, response) => response.end())
    const { gateway } = trial(server.url)
    const { stamp } = draft()
    const create = () => ({ configuration: { name: 'n', router: pending }, stamp })
    await expect(gateway.create(create, { key: 'k' })).rejects.toThrow(why)
    await expect(gateway.update('aigac_1', { router: pending }, { key: 'k' })).rejects.toThrow(why)
    expect(server.received).toEqual([])
  })

  test('keeps nothing else from being sent', async () => {
    const server = await serve((_request, response) => response.writeHead(400).end())
    const { gateway } = trial(server.url, { concurrency: 1 })
    await expect(gateway.update('aigac_1', { router: pending }, { key: 'k' })).rejects.toThrow(why)
    expect(errorOf(await gateway.update('aigac_1', { name: 'n' }, { key: 'k' }))).toMatchObject({ status: 400 })
  })
})

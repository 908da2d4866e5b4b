import { expect, test } from 'vitest'
import type { Limits } from '../../src/gateway/options.ts'
import { created, draft, errorOf, sendPage, serve, trial } from './fixtures.ts'

const LIMITS: Limits = { concurrency: 2, requestTimeoutMs: 600_000, retries: 3, rateLimit: 'off' }

/** A gateway whose limits change, before a server that answers when it is told to. */
async function open(limits: Limits) {
  const now = { limits }
  const held: (() => void)[] = []
  const waiting: { readonly count: number; readonly resolve: () => void }[] = []
  const server = await serve((request, response, number) => {
    held.push(() => (request.method === 'POST' ? created(request, response, number) : sendPage(response, [])))
    for (const { count, resolve } of waiting) if (held.length >= count) resolve()
  })
  const { gateway, told } = trial(server.url, { limits: () => now.limits })
  const arrived = (count: number) =>
    new Promise<void>((resolve) => (held.length >= count ? resolve() : waiting.push({ count, resolve })))
  const change = (changed: Partial<Limits>) => {
    now.limits = { ...now.limits, ...changed }
    gateway.limitsChanged()
  }
  return { gateway, told, held, arrived, change }
}

test('what waits for the rate leaves as soon as more is allowed', async () => {
  const { gateway, told, held, arrived, change } = await open({ ...LIMITS, rateLimit: { requests: 1, windowMs: 3_600_000 } })
  const lists = [gateway.list(), gateway.list()]
  await arrived(1)
  held[0]?.()
  await lists[0]
  expect(told('gateway.throttled')).toHaveLength(1)
  change({ rateLimit: { requests: 2, windowMs: 3_600_000 } })
  await arrived(2)
  held[1]?.()
  expect((await lists[1])?.isOk()).toBe(true)
})

test('what was sent while there was a rate counts when it becomes less', async () => {
  const { gateway, told, held, arrived, change } = await open({ ...LIMITS, rateLimit: { requests: 9, windowMs: 3_600_000 } })
  const first = gateway.list()
  await arrived(1)
  held[0]?.()
  await first
  change({ rateLimit: { requests: 1, windowMs: 3_600_000 } })
  void gateway.list()
  expect(told('gateway.throttled')).toHaveLength(1)
})

test('as many as are allowed leave at once, over connections of their own', async () => {
  const { gateway, held, arrived, change } = await open(LIMITS)
  const lists = Array.from({ length: 5 }, () => gateway.list())
  await arrived(2)
  expect(held).toHaveLength(2)
  change({ concurrency: 5 })
  await arrived(5)
  for (const answer of held) answer()
  expect((await Promise.all(lists)).every((list) => list.isOk())).toBe(true)
})

test('what was on its way is seen through by the connections it had, also while it closes', async () => {
  const { gateway, held, arrived, change } = await open(LIMITS)
  const before = gateway.create(draft, { key: 'k' })
  await arrived(1)
  change({ concurrency: 3, requestTimeoutMs: 10_000 })
  const after = gateway.list()
  await arrived(2)
  const closed = gateway.close(20_000)
  for (const answer of held) answer()
  await closed
  expect([(await before).isOk(), (await after).isOk()]).toEqual([true, true])
})

test('closing cuts what is under way over former connections', async () => {
  const { gateway, arrived, change } = await open(LIMITS)
  const before = gateway.create(draft, { key: 'k' })
  await arrived(1)
  change({ concurrency: 3 })
  const after = gateway.list()
  await arrived(2)
  await gateway.close(0)
  expect(errorOf(await before).type).toBe('lost')
  expect((await after).isErr()).toBe(true)
})

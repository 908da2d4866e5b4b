import { errAsync, okAsync, ResultAsync } from 'neverthrow'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Loop, type LoopOptions } from '../../src/reconcile/loop.ts'

type Parts = LoopOptions['reconciler']

/** A loop that resyncs as soon as it is told to, with what it does in order. */
function stage({ rescan, ...parts }: Partial<Parts> & Pick<LoopOptions, 'rescan'>) {
  const done: string[] = []
  const said = (what: string) => void done.push(what)
  const reconciler: Parts = {
    observe: () => okAsync(undefined),
    prepare: async () => said('prepared'),
    nextRipe: undefined,
    onAbsence: () => {},
    ...parts,
    reconcile: vi.fn<Parts['reconcile']>(() => {
      said('reconciled')
      return { changes: [], providerKeys: [], guards: [] }
    }),
  }
  const store = { flush: () => okAsync<void>(said('flushed')) }
  const told = vi.fn<() => void>()
  const loop = new Loop({ reconciler, rescan, store, resyncInterval: () => 3_600_000 }, told)
  onTestFinished(() => loop.stop())
  void loop.continue()
  loop.hurry()
  return { loop, done, said, told, reconciler }
}

test('the folder is looked at while the gateway is listed, and both count before anything is planned', async () => {
  const listing = Promise.withResolvers<void>()
  const look = Promise.withResolvers<void>()
  const begun: string[] = []
  const { done } = stage({
    observe: () => {
      begun.push('listing')
      return ResultAsync.fromSafePromise(listing.promise)
    },
    rescan: () => {
      begun.push('look')
      return look.promise
    },
  })
  await vi.waitUntil(() => begun.length === 2, { timeout: 10_000 })
  expect(done).toEqual(['flushed'])
  listing.resolve()
  await listing.promise
  expect(done).toEqual(['flushed'])
  look.resolve()
  await vi.waitUntil(() => done.length === 3, { timeout: 10_000 })
  expect(done).toEqual(['flushed', 'prepared', 'reconciled'])
})

test('where the gateway cannot be listed the folder is looked at all the same, and nothing is planned', async () => {
  const rescan = vi.fn<() => Promise<void>>(() => Promise.resolve())
  const { reconciler, told } = stage({ rescan, observe: () => errAsync({ type: 'lost', code: 'ECONNRESET', msg: 'gone' }) })
  await vi.waitUntil(() => told.mock.calls.length > 0, { timeout: 10_000 })
  expect(rescan).toHaveBeenCalledOnce()
  expect(reconciler.reconcile).not.toHaveBeenCalled()
})

/** A reconciler over a fake gateway and a fake lockfile, in fake time. */
import { onTestFinished, vi } from 'vitest'
import type { Entry } from '../../src/model/entry.ts'
import type { SyncEvent } from '../../src/model/events.ts'
import type { Rules } from '../../src/plan/world.ts'
import { Reconciler } from '../../src/reconcile/reconciler.ts'
import { fakeGateway } from './fake-gateway.ts'
import { fakeSecrets } from './fake-secrets.ts'
import { fakeStore } from './fake-store.ts'
import { desiredOf, entryOf, OWNER, rulesOf } from './states.ts'

export const web = entryOf('web')

export function stand(
  entries: Entry[] = [web],
  stored: Parameters<typeof fakeGateway>[0] = [],
  persistent = true,
  { deleteGrace = 30_000, ...rules }: Partial<Rules> & { deleteGrace?: number } = {},
) {
  vi.useFakeTimers()
  const gateway = fakeGateway(stored)
  const store = fakeStore()
  const secrets = fakeSecrets()
  const events: SyncEvent[] = []
  const tuning = { rules: rulesOf(rules), deleteGrace, retries: 3 }
  const stage = { entries, held: {} as Parameters<typeof desiredOf>[1], tuning }
  const options = {
    gateway,
    store,
    owner: OWNER,
    tuning: () => stage.tuning,
    persistent,
    secrets,
    desired: () => desiredOf(stage.entries, stage.held),
  }
  const reconciler = new Reconciler(options, (event) => events.push(event))
  onTestFinished(() => {
    reconciler.stop()
    vi.useRealTimers()
  })
  /** Until nothing is under way, letting waits between attempts pass at once. */
  const settle = async () => {
    const state = { idle: false }
    void reconciler.idle().then(() => (state.idle = true))
    while (!state.idle) await vi.advanceTimersByTimeAsync(100)
  }
  const start = async () => {
    await reconciler.observe('backlog')
    await reconciler.prepare('backlog')
    reconciler.reconcile('backlog')
    await settle()
  }
  const told = (name: SyncEvent['event']) => events.filter(({ event }) => event === name)
  return { gateway, store, secrets, stage, events, reconciler, start, settle, told }
}

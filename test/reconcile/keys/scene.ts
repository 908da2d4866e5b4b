/** Entries with managed provider keys over a fake gateway that outlives the process, in fake time. */
import { expect, onTestFinished, vi } from 'vitest'
import type { Entry } from '../../../src/model/entry.ts'
import type { SyncEvent } from '../../../src/model/events.ts'
import type { ObservedConfiguration } from '../../../src/model/observed.ts'
import type { ObservedProviderKey } from '../../../src/model/provider-key.ts'
import type { GatewayError } from '../../../src/gateway/errors.ts'
import type { Rules } from '../../../src/plan/world.ts'
import { Reconciler } from '../../../src/reconcile/reconciler.ts'
import { redact } from '../../../src/emulator/redact.ts'
import { type FakeGateway, fakeGateway } from '../../support/fake-gateway.ts'
import { fakeSecrets } from '../../support/fake-secrets.ts'
import { fakeStore } from '../../support/fake-store.ts'
import { PROD_TEXT, VALUE } from '../../support/key-entries.ts'
import { desiredOf, OWNER, rulesOf } from '../../support/states.ts'

/** `ERR_NGROK_27506`. */
export const TOO_MANY: GatewayError = {
  type: 'refused',
  status: 400,
  errorCode: 'ERR_NGROK_27506',
  msg: 'too many provider keys for the provider',
}

interface Options extends Partial<Rules> {
  readonly persistent?: boolean
  readonly stored?: ObservedConfiguration[]
  readonly storedKeys?: readonly ObservedProviderKey[]
}

export type KeyScene = ReturnType<typeof keyScene>

/** `prod` has a value; each other secret is for the test to set. */
export function keyScene(entries: Entry[], { persistent = true, stored = [], storedKeys = [], ...rules }: Options = {}) {
  vi.useFakeTimers()
  const gateway = fakeGateway(stored)
  gateway.storedKeys.push(...storedKeys)
  const store = fakeStore()
  const secrets = fakeSecrets({ [PROD_TEXT]: VALUE })
  const events: SyncEvent[] = []
  const stage = { entries, rest: {} as Parameters<typeof desiredOf>[1] }
  const desired = () => desiredOf(stage.entries, stage.rest)
  const tuning = () => ({ rules: rulesOf(rules), deleteGrace: 30_000, retries: 3 })
  const open = (): Reconciler => {
    return new Reconciler({ gateway, store, owner: OWNER, tuning, persistent, secrets, desired }, (event) => events.push(event))
  }
  let reconciler = open()
  onTestFinished(() => {
    reconciler.stop()
    vi.useRealTimers()
  })
  /** Until nothing is under way, letting waits between attempts pass at once. */
  const settle = async () => {
    const state = { idle: false }
    await vi.advanceTimersByTimeAsync(0)
    void reconciler.idle().then(() => (state.idle = true))
    while (!state.idle) await vi.advanceTimersByTimeAsync(100)
  }
  const look = async (priority: 'backlog' | 'resync') => {
    await reconciler.observe(priority)
    const state = { ready: false }
    void reconciler.prepare(priority).then(() => (state.ready = true))
    do await vi.advanceTimersByTimeAsync(10)
    while (!state.ready)
    reconciler.reconcile(priority)
    await settle()
  }
  return {
    gateway,
    store,
    secrets,
    events,
    stage,
    settle,
    get reconciler() {
      return reconciler
    },
    start: () => look('backlog'),
    resync: () => look('resync'),
    /** A process is killed, and another starts. */
    async restart() {
      reconciler.stop()
      reconciler = open()
      await look('backlog')
    },
    /** What the folder declares from now on. */
    declare(next: Entry[], ...changed: string[]): void {
      stage.entries = next
      reconciler.change(new Set(changed))
    },
    /** `prod` has another value from now on. */
    async give(value: string): Promise<void> {
      secrets.values.set(PROD_TEXT, value)
      reconciler.secretsChanged()
      await settle()
    },
    told: (name: SyncEvent['event']) => events.filter(({ event }) => event === name),
    asked: (what: string) => gateway.asked.filter((request) => request.startsWith(what)),
  }
}

/** The provider keys that the rules of each configuration refer to, by the configuration's name. */
export function references({ stored }: FakeGateway): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    stored.map(({ name, router }) => [
      name,
      (router?.rules ?? []).flatMap(({ steps }) => steps.flatMap(({ keys = [] }) => keys.map(({ id }) => id))),
    ]),
  )
}

/** What the lockfile says of secrets, by entry. */
export function recorded({ store }: KeyScene): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries([...store.entries].map(([key, { secrets }]) => [key, Object.values(secrets)]))
}

/** The secret is there when it is planned, and gone when it is used. @returns what puts it back */
export function vanish({ secrets }: KeyScene): () => void {
  const reveal = secrets.reveal.bind(secrets)
  secrets.reveal = (source) => {
    secrets.values.clear()
    return reveal(source)
  }
  return () => void (secrets.reveal = reveal)
}

/** A person changes the only provider key. */
export function byHand({ gateway }: KeyScene, change: Partial<ObservedProviderKey> & { readonly value?: string }): void {
  const [present] = gateway.storedKeys
  if (!present) throw new Error('Expected a provider key')
  const { value, ...fields } = change
  if (value !== undefined) gateway.keyValues.set(present.id, value)
  const keyRedacted = value === undefined ? present.keyRedacted : redact(value)
  gateway.storedKeys[0] = { ...present, keyRedacted, ...fields, updatedAt: LATER, lastUpdatedBy: 'usr_person' }
}

/** A person takes the stamp of the only provider key away. */
export function unstamp({ gateway }: KeyScene): void {
  const [present] = gateway.storedKeys
  if (!present) throw new Error('Expected a provider key')
  const { stamp, metadata, ...rest } = present
  expect(stamp && metadata).toBeDefined()
  gateway.storedKeys[0] = { ...rest, updatedAt: LATER, lastUpdatedBy: 'usr_person' }
}

const LATER = '2026-02-01T00:00:00Z'

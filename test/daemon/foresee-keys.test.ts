import fc from 'fast-check'
import { expect, test } from 'vitest'
import { foresee } from '../../src/daemon/foresee.ts'
import { redact } from '../../src/emulator/redact.ts'
import type { StepKey } from '../../src/model/configuration.ts'
import type { Entry } from '../../src/model/entry.ts'
import type { SyncEvent } from '../../src/model/events.ts'
import type { ObservedConfiguration } from '../../src/model/observed.ts'
import type { ObservedProviderKey } from '../../src/model/provider-key.ts'
import type { KeyChange } from '../../src/plan/key-change.ts'
import { fingerprintsIn } from '../../src/plan/keys/records.ts'
import { forecast, isKeyWrite } from '../../src/plan/work.ts'
import type { Rules } from '../../src/plan/world.ts'
import { completed } from '../../src/reconcile/keys/complete.ts'
import { KeyIndex } from '../../src/reconcile/keys/key-index.ts'
import { ObservedIndex } from '../../src/reconcile/observed-index.ts'
import { Reconciler } from '../../src/reconcile/reconciler.ts'
import { SEED } from '../reconcile/model/harness.ts'
import { valueOf } from '../settings/result.ts'
import { fakeGateway } from '../support/fake-gateway.ts'
import { fakeSecrets } from '../support/fake-secrets.ts'
import { fakeStore } from '../support/fake-store.ts'
import { appliedWith, keyed, OTHER_VALUE, PROD, PROD_TEXT, referring, VALUE } from '../support/key-entries.ts'
import { APPLIED_AT, desiredOf, OWNER, providerKeyOf, recordedOf, worldOf } from '../support/states.ts'

interface SmallWorld {
  readonly entries: readonly Entry[]
  readonly rules: Rules
  readonly lock: ReadonlyMap<string, ReturnType<typeof recordedOf>>
  readonly configurations: readonly ObservedConfiguration[]
  readonly keys: readonly ObservedProviderKey[]
  readonly secrets: Readonly<Record<string, string>>
}

const KEYS = ['a', 'b', 'c'] as const
const IDS = ['aigpk_1', 'aigpk_2', 'aigpk_3'] as const

const stepKey: fc.Arbitrary<StepKey> = fc.constantFrom(
  { name: 'prod', value: PROD },
  { name: 'prod', value: PROD },
  { name: 'trial', value: { $file: 'trial' } },
  { name: 'prod', value: { $file: 'elsewhere' } },
  { name: 'prod' },
  { name: 'trial' },
  { id: 'aigpk_1' },
)

const providerKey = fc.record({
  name: fc.constantFrom('prod', 'trial', 'old'),
  label: fc.constantFrom(undefined, undefined, 'by hand'),
  stamp: fc.constantFrom('ours', 'ours', 'theirs', 'none'),
  nonce: fc.constantFrom(undefined, undefined, 'copied'),
  value: fc.constantFrom(VALUE, OTHER_VALUE),
  updatedAt: fc.constantFrom(APPLIED_AT, '2026-02-01T00:00:00Z'),
})

const record = fc.record({
  key: fc.constantFrom(...KEYS),
  steps: fc.array(stepKey, { minLength: 1, maxLength: 2 }),
  /** The provider keys that its rule refers to on the gateway, where that exists. */
  refers: fc.option(fc.subarray([...IDS]), { nil: undefined }),
  secrets: fc.constantFrom(undefined, ...IDS),
  value: fc.constantFrom(VALUE, OTHER_VALUE),
})

/** A folder, a lockfile, secrets and a gateway that agree more or less. */
const worlds: fc.Arbitrary<SmallWorld> = fc
  .record({
    declared: fc.uniqueArray(
      fc.record({ key: fc.constantFrom(...KEYS), steps: fc.array(stepKey, { minLength: 1, maxLength: 2 }) }),
      {
        selector: ({ key }) => key,
      },
    ),
    rules: fc.record({
      policy: fc.constantFrom('create-only', 'upsert-only', 'sync', 'sync'),
      drift: fc.constantFrom('report', 'correct', 'correct-all'),
      deleteMax: fc.constantFrom(0, 10),
      deleteMaxPercent: fc.constantFrom(30, 100),
    }),
    keys: fc.array(providerKey, { maxLength: IDS.length }),
    records: fc.uniqueArray(record, { selector: ({ key }) => key }),
    secrets: fc.subarray([PROD_TEXT, 'secret.file("trial")', 'secret.file("elsewhere")']),
  })
  .map(({ declared, rules, keys, records, secrets }) => {
    const lock = records.map(({ key, steps, secrets: tied, value, refers }, index) => {
      const entry = keyed(key, ...steps)
      const configuration = referring(`aigac_${index}`, key, ...(refers ?? []))
      const known = tied ? appliedWith(entry, configuration.id, tied, value).secrets : {}
      return {
        key,
        there: refers !== undefined,
        configuration,
        record: { ...recordedOf(entry as never, configuration), digest: entry.digest, secrets: known },
      }
    })
    return {
      entries: declared.map(({ key, steps }) => keyed(key, ...steps)),
      rules,
      lock: new Map(lock.map((each) => [each.key, each.record])),
      configurations: lock.flatMap(({ there, configuration }) => (there ? [configuration] : [])),
      keys: keys.map(({ name, label, stamp, nonce, value, updatedAt }, index) => {
        const mark = { key: name, ...(stamp === 'theirs' && { owner: 'other' }), ...(nonce !== undefined && { nonce }) }
        const id = IDS[index] ?? ''
        return providerKeyOf(id, {
          name: label ?? name,
          stamp: stamp === 'none' ? null : mark,
          keyRedacted: redact(value),
          updatedAt,
        })
      }),
      secrets: Object.fromEntries(secrets.map((place) => [place, place === PROD_TEXT ? VALUE : OTHER_VALUE])),
    }
  })

function gatewayOf({ configurations, keys }: SmallWorld) {
  const gateway = fakeGateway([...configurations])
  gateway.storedKeys.push(...keys)
  return gateway
}

async function told(world: SmallWorld) {
  const gateway = gatewayOf(world)
  const observed = new ObservedIndex(OWNER)
  observed.replace(valueOf(await gateway.list()), new Map())
  const providerKeys = new KeyIndex(OWNER, fingerprintsIn(world.lock))
  const listed = valueOf(await gateway.providerKeys.list())
  providerKeys.replace(valueOf(await completed(gateway.providerKeys, listed, fingerprintsIn(world.lock).keys())), new Map())
  const { rules, lock } = world
  const { history } = worldOf({})
  const sight = {
    owner: OWNER,
    rules,
    desired: desiredOf(world.entries),
    applied: lock,
    observed,
    providerKeys,
    history,
    secrets: fakeSecrets(world.secrets),
  }
  return { gateway, plan: valueOf(await foresee(sight, gateway)) }
}

async function applied(world: SmallWorld) {
  const gateway = gatewayOf(world)
  const store = fakeStore()
  for (const [name, each] of world.lock) store.entries.set(name, each)
  const events: SyncEvent[] = []
  const desired = desiredOf(world.entries)
  const parts = { gateway, store, secrets: fakeSecrets(world.secrets), desired: () => desired }
  const tuning = () => ({ rules: world.rules, deleteGrace: 0, retries: 0 })
  const reconciler = new Reconciler({ ...parts, owner: OWNER, tuning, persistent: false }, (event) => events.push(event))
  await reconciler.observe('backlog')
  await reconciler.prepare('backlog')
  reconciler.reconcile('backlog')
  await reconciler.idle()
  return { gateway, events, standing: reconciler.standing }
}

/** `create openai prod`, `rotate aigpk_1 edited`, `update aigpk_1 name`, `delete aigpk_1 surplus`. */
function writeOf(change: KeyChange): readonly string[] {
  if (!isKeyWrite(change)) return []
  if (change.kind === 'create') return [`create ${change.provider} ${change.name}`]
  if (change.kind === 'update') return [`update ${change.id} ${change.fields.join()}`]
  return 'reason' in change ? [`${change.kind} ${change.id} ${change.reason}`] : []
}

function doneOf(event: SyncEvent): readonly string[] {
  if (event.event === 'provider-key.created') return [`create ${event.provider} ${event.name}`]
  if (event.event === 'provider-key.rotated') return [`rotate ${event.id} ${event.reason}`]
  if (event.event === 'provider-key.updated') return [`update ${event.id} ${event.fields.join()}`]
  return event.event === 'provider-key.deleted' ? [`delete ${event.id} ${event.reason}`] : []
}

/** Of several that are one, the one that a configuration refers to is kept: another one, once that is written or deleted. */
function isChoiceOpen({ configurations, keys }: SmallWorld): boolean {
  const steps = configurations.flatMap(({ router }) => router?.rules?.flatMap((rule) => rule.steps) ?? [])
  const referred = new Set(steps.flatMap((step) => step?.keys?.map(({ id }) => id) ?? []))
  const several = keys.filter(({ id, stamp }) => keys.some((other) => other.id !== id && other.stamp?.key === stamp?.key))
  return several.some(({ id, stamp }) => stamp !== undefined && referred.has(id))
}

const isKeyWriteRequest = (request: string) => /^(?:create|update|rotate|remove)-key /.test(request)

test('what is foretold of provider keys is what applying does', async () => {
  await fc.assert(
    fc.asyncProperty(worlds, async (world) => {
      const { plan, gateway: looked } = await told(world)
      // What is made on the way counts for the percentage.
      fc.pre(!plan.guards.some(({ guard }) => guard === 'key-delete-max-percent'))
      // What gets its name back changes what other names mean.
      fc.pre(!plan.providerKeys.some((change) => change.kind === 'update' && change.fields.includes('name')))
      fc.pre(!isChoiceOpen(world))
      const { gateway, events, standing } = await applied(world)
      const writes = plan.providerKeys.flatMap(writeOf)
      expect(events.flatMap(doneOf).toSorted()).toEqual(writes.toSorted())
      expect(gateway.asked.filter(isKeyWriteRequest)).toHaveLength(writes.length)
      expect(looked.asked.filter(isKeyWriteRequest)).toEqual([])
      const problems = plan.changes.filter(({ kind }) => kind === 'conflict')
      expect(problems).toHaveLength(standing.conflicts + standing.failed)
      expect(forecast(plan, looked.asked.length, 'off').requests).toBe(gateway.asked.length)
    }),
    { numRuns: 1_000, seed: SEED },
  )
})

/** The provider keys of the fake gateway, with a script of what goes wrong. */
import { errAsync, okAsync, ResultAsync } from 'neverthrow'
import { redact } from '../../src/emulator/redact.ts'
import type { GatewayError } from '../../src/gateway/errors.ts'
import type { ProviderKeyDraft, ProviderKeyGateway, Removal } from '../../src/gateway/gateway.ts'
import type { ObservedProviderKey } from '../../src/model/provider-key.ts'
import { decodeMetadata, encodeMetadata } from '../../src/model/stamp.ts'
import type { Fate } from './fake-gateway.ts'
import { APPLIED_AT } from './states.ts'

/** What a create carried, its value revealed. */
export interface FakeKeyDraft extends Omit<ProviderKeyDraft, 'value'> {
  readonly value: string
}

export interface FakeProviderKeys {
  readonly providerKeys: ProviderKeyGateway
  /** Oldest first. */
  readonly storedKeys: ObservedProviderKey[]
  /** There, and not listed yet. */
  readonly unlistedKeys: ObservedProviderKey[]
  readonly keyDrafts: FakeKeyDraft[]
  /** The value that a provider key has, by id, as far as it was created or rotated here. */
  readonly keyValues: Map<string, string>
  /** The fate of the next writes of provider keys, in order; afterwards all are done. */
  keyFates: Fate[]
  /** The fate of the next listings of provider keys, in order: undefined succeeds. */
  keyListErrors: (GatewayError | undefined)[]
  /** One `list-keys` for each listing. */
  readonly keyListings: string[]
}

/** What the provider keys need to know of the rest of the gateway. */
export interface Surroundings {
  readonly asked: string[]
  readonly barrier: Promise<void>
  readonly isUsed: (providerKeyId: string) => boolean
}

const NOT_FOUND: GatewayError = { type: 'refused', status: 404, errorCode: 'ERR_NGROK_27611', msg: 'not found' }

/** @param here looked at anew at each request */
export function fakeProviderKeys(here: () => FakeProviderKeys, around: () => Surroundings): FakeProviderKeys {
  let serial = 0
  const providerKeys: ProviderKeyGateway = {
    list() {
      here().keyListings.push('list-keys')
      const error = here().keyListErrors.shift()
      return error ? errAsync(error) : okAsync(here().storedKeys.toReversed())
    },
    find(id) {
      around().asked.push(`find-key ${id}`)
      return okAsync(homeOf(here(), id)?.find((key) => key.id === id))
    },
    create(makeDraft, { signal }) {
      const carryOut = async () => {
        await around().barrier
        if (signal?.aborted) return errAsync<never, GatewayError>({ type: 'canceled' })
        const made = makeDraft()
        const draft = { ...made, value: made.value.reveal() }
        around().asked.push(`create-key ${draft.name}`)
        here().keyDrafts.push(draft)
        return befall(here(), () => added(here(), `aigpk_new${++serial}`, draft))
      }
      return new ResultAsync(carryOut().then((result) => result))
    },
    update(id, patch) {
      around().asked.push(`update-key ${id}`)
      return befall(here(), () => changed(here(), id, (key) => stamped({ ...key, ...patch })))
    },
    rotate(id, makeDraft) {
      const { name, value } = makeDraft()
      around().asked.push(`rotate-key ${id}`)
      return befall(here(), () => rotated(here(), id, name, value.reveal()))
    },
    remove(id) {
      around().asked.push(`remove-key ${id}`)
      return removed(here(), id, around())
    },
  }
  const script = { keyFates: [], keyListErrors: [], keyListings: [] }
  return { providerKeys, storedKeys: [], unlistedKeys: [], keyDrafts: [], keyValues: new Map(), ...script }
}

/** Carries a write out, or not, and says so, or not. */
function befall(
  fake: FakeProviderKeys,
  carryOut: () => ObservedProviderKey | undefined,
): ResultAsync<{ providerKey: ObservedProviderKey; attempt: number }, GatewayError> {
  const fate = fake.keyFates.shift() ?? 'done'
  if (fate !== 'done' && !('doneBut' in fate)) return errAsync(fate)
  const providerKey = carryOut()
  if (!providerKey) return errAsync(NOT_FOUND)
  return fate === 'done' ? okAsync({ providerKey, attempt: 1 }) : errAsync(fate.doneBut)
}

function added(fake: FakeProviderKeys, id: string, { provider, name, value, stamp }: FakeKeyDraft): ObservedProviderKey {
  const times = { createdAt: APPLIED_AT, updatedAt: APPLIED_AT, lastUpdatedBy: 'usr_1' }
  const key = { id, provider, name, keyRedacted: redact(value), metadata: encodeMetadata(stamp), stamp, ...times }
  fake.storedKeys.push(key)
  fake.keyValues.set(id, value)
  return key
}

/** A second passes with each change. */
function changed(
  fake: FakeProviderKeys,
  id: string,
  change: (key: ObservedProviderKey) => ObservedProviderKey,
): ObservedProviderKey | undefined {
  const home = homeOf(fake, id)
  const index = home?.findIndex((key) => key.id === id) ?? -1
  const present = home?.[index]
  if (!home || !present) return undefined
  const updatedAt = new Date(Date.parse(present.updatedAt) + 1_000).toISOString()
  const after = { ...change(present), updatedAt, lastUpdatedBy: 'usr_1' }
  home[index] = after
  return after
}

function rotated(fake: FakeProviderKeys, id: string, name: string, value: string): ObservedProviderKey | undefined {
  if (homeOf(fake, id)) fake.keyValues.set(id, value)
  return changed(fake, id, (key) => ({ ...key, name, keyRedacted: redact(value) }))
}

function removed(fake: FakeProviderKeys, id: string, { isUsed }: Surroundings): ResultAsync<Removal, GatewayError> {
  const fate = fake.keyFates.shift() ?? 'done'
  if (fate !== 'done' && !('doneBut' in fate)) return errAsync(fate)
  const home = homeOf(fake, id)
  if (!home) return okAsync('gone')
  if (isUsed(id)) return okAsync('in-use')
  home.splice(
    home.findIndex((key) => key.id === id),
    1,
  )
  return fate === 'done' ? okAsync('removed') : errAsync(fate.doneBut)
}

/** A provider key whose stamp is that in its metadata. */
function stamped(given: ObservedProviderKey): ObservedProviderKey {
  const { stamp: _, ...key } = given
  const { stamp } = decodeMetadata(key.metadata)
  return { ...key, ...(stamp && { stamp }) }
}

function homeOf({ storedKeys, unlistedKeys }: FakeProviderKeys, id: string): ObservedProviderKey[] | undefined {
  return [storedKeys, unlistedKeys].find((place) => place.some((key) => key.id === id))
}

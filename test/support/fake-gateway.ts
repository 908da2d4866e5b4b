/** The gateway port in memory, with a script of what goes wrong. */
import { errAsync, okAsync, ResultAsync } from 'neverthrow'
import { referencesOf } from '../../src/gateway/collections.ts'
import type { GatewayError } from '../../src/gateway/errors.ts'
import type { Draft, Gateway } from '../../src/gateway/gateway.ts'
import type { ConfigurationPatch } from '../../src/model/patch.ts'
import type { AccessKeyRef, ObservedConfiguration, ObservedStepKey } from '../../src/model/observed.ts'
import type { ResolvedRouter } from '../../src/model/resolved.ts'
import { decodeMetadata, encodeMetadata } from '../../src/model/stamp.ts'
import { fakeProviderKeys, type FakeProviderKeys } from './fake-provider-keys.ts'
import { APPLIED_AT } from './states.ts'

export const LOST: GatewayError = { type: 'lost', code: 'ECONNRESET', msg: 'the connection was closed' }
export const REFUSED: GatewayError = { type: 'refused', status: 422, errorCode: 'ERR_NGROK_27604', msg: 'no such provider' }
export const BUSY: GatewayError = { type: 'refused', status: 429, errorCode: 'ERR_NGROK_226', msg: 'too many requests' }
export const UNAUTHORIZED: GatewayError = { type: 'refused', status: 401, msg: 'unauthorized' }

/** What befalls one write: done; failed without a trace; or done although the answer says otherwise. */
export type Fate = 'done' | GatewayError | { readonly doneBut: GatewayError }

export interface FakeAccessKey extends AccessKeyRef {
  readonly configurationId: string
}

export interface FakeGateway extends Gateway, FakeProviderKeys {
  /**
   * Everything that was asked of it, in order: `list`, `create web`, `find aigac_1`, `remove aigac_1`, `references`, and of provider
   * keys `create-key prod`, `find-key aigpk_1`, `update-key aigpk_1`, `rotate-key aigpk_1`, `remove-key aigpk_1`; their listings are
   * in `keyListings`.
   */
  readonly asked: string[]
  readonly stored: ObservedConfiguration[]
  readonly drafts: Draft[]
  /** Newest first; one that refers to a configuration keeps it from being removed. */
  readonly accessKeys: FakeAccessKey[]
  /** The fate of the next writes, in order; afterwards all are done. */
  fates: Fate[]
  /** The fate of the next listings, in order: undefined succeeds. */
  listErrors: (GatewayError | undefined)[]
  /** The same of the next listings of access keys. */
  referenceErrors: (GatewayError | undefined)[]
  /** There, and not listed yet. */
  readonly unlisted: ObservedConfiguration[]
  /** Creates wait for this before anything happens. */
  barrier: Promise<void>
}

export function fakeGateway(stored: ObservedConfiguration[] = []): FakeGateway {
  let serial = 0
  const gateway: FakeGateway = {
    ...fakeProviderKeys(
      () => gateway,
      () => ({ ...gateway, isUsed: (id) => [...gateway.stored, ...gateway.unlisted].some(refersTo(id)) }),
    ),
    get sent() {
      return gateway.asked.length
    },
    asked: [],
    stored,
    drafts: [],
    accessKeys: [],
    fates: [],
    listErrors: [],
    referenceErrors: [],
    unlisted: [],
    barrier: Promise.resolve(),
    list() {
      gateway.asked.push('list')
      const error = gateway.listErrors.shift()
      return error ? errAsync(error) : okAsync(gateway.stored.toReversed())
    },
    find(id) {
      gateway.asked.push(`find ${id}`)
      return okAsync([...gateway.stored, ...gateway.unlisted].find((configuration) => configuration.id === id))
    },
    create(makeDraft, { key, signal }) {
      const carryOut = async () => {
        await gateway.barrier
        if (signal?.aborted) return errAsync<never, GatewayError>({ type: 'canceled' })
        const draft = makeDraft()
        gateway.asked.push(`create ${key}`)
        gateway.drafts.push(draft)
        const fate = gateway.fates.shift() ?? 'done'
        if (fate !== 'done' && !('doneBut' in fate)) return errAsync<never, GatewayError>(fate)
        const configuration = store(draft)
        return fate === 'done' ? okAsync({ configuration, attempt: 1 }) : errAsync(fate.doneBut)
      }
      return new ResultAsync(carryOut().then((result) => result))
    },
    update(id, patch, { key }) {
      gateway.asked.push(`update ${id} for ${key}: ${Object.keys(patch).join()}`)
      const fate = gateway.fates.shift() ?? 'done'
      if (fate !== 'done' && !('doneBut' in fate)) return errAsync(fate)
      const index = gateway.stored.findIndex((configuration) => configuration.id === id)
      const present = gateway.stored[index]
      if (!present) return errAsync<never, GatewayError>({ type: 'refused', status: 404, msg: 'not found' })
      const configuration = patched(present, patch)
      gateway.stored[index] = configuration
      return fate === 'done' ? okAsync({ configuration, attempt: 1 }) : errAsync(fate.doneBut)
    },
    remove(id) {
      gateway.asked.push(`remove ${id}`)
      const fate = gateway.fates.shift() ?? 'done'
      if (fate !== 'done' && !('doneBut' in fate)) return errAsync(fate)
      const home = [gateway.stored, gateway.unlisted].find((place) => place.some((configuration) => configuration.id === id))
      if (!home) return okAsync('gone')
      if (gateway.accessKeys.some(({ configurationId }) => configurationId === id)) return okAsync('in-use')
      home.splice(
        home.findIndex((configuration) => configuration.id === id),
        1,
      )
      return fate === 'done' ? okAsync('removed') : errAsync(fate.doneBut)
    },
    references() {
      gateway.asked.push('references')
      const error = gateway.referenceErrors.shift()
      return error ? errAsync(error) : okAsync(referencesOf(gateway.accessKeys))
    },
    close: () => Promise.resolve(),
  }
  const store = ({ configuration, stamp }: Draft): ObservedConfiguration => {
    const { metadata, router, ...fields } = configuration
    const times = { createdAt: APPLIED_AT, updatedAt: APPLIED_AT, lastUpdatedBy: 'usr_1' }
    const observed = { ...fields, id: `aigac_new${++serial}`, metadata: encodeMetadata(stamp, metadata), stamp, ...times }
    gateway.stored.push(router ? { ...observed, router: shown(router, gateway) } : observed)
    return gateway.stored.at(-1)!
  }
  return gateway
}

/** Whether a configuration's rules refer to a provider key. */
function refersTo(id: string): (configuration: ObservedConfiguration) => boolean {
  return ({ router }) => (router?.rules ?? []).some(({ steps }) => steps.some(({ keys }) => keys?.some((key) => key.id === id)))
}

/** A router as the gateway shows it: keys with their names. */
function shown({ rules }: ResolvedRouter, { storedKeys }: FakeProviderKeys): NonNullable<ObservedConfiguration['router']> {
  const key = (id: string): ObservedStepKey => {
    const { name = '', keyRedacted = '***' } = storedKeys.find((stored) => stored.id === id) ?? {}
    return { id, name, keyRedacted }
  }
  if (!rules) return {}
  const steps = (all: (typeof rules)[number]['steps']) =>
    all.map((step) => (step.type === 'user' ? { ...step, keys: step.keys.map(({ id }) => key(id)) } : step))
  return { rules: rules.map((rule) => ({ ...rule, steps: steps(rule.steps) })) }
}

/** What the API document says of a patch: left out stays, null clears. A second passes with each. */
export function patched(present: ObservedConfiguration, patch: ConfigurationPatch): ObservedConfiguration {
  const merged = Object.entries({ ...present, ...patch, updatedAt: secondAfter(present.updatedAt) }).filter(
    ([, value]) => value !== null,
  )
  const { stamp: _, ...whole } = Object.fromEntries(merged) as unknown as ObservedConfiguration
  const { stamp } = decodeMetadata(whole.metadata)
  return stamp ? { ...whole, stamp } : whole
}

function secondAfter(time: string): string {
  return new Date(Date.parse(time) + 1_000).toISOString()
}

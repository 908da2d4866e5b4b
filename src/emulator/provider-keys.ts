import { type Result, err, ok } from 'neverthrow'
import {
  type Labels,
  type ProviderKeyBody,
  type RotateBody,
  providerKeyCreate,
  providerKeyRotate,
  providerKeyUpdate,
} from './bodies.ts'
import type { Collection } from './listing.ts'
import {
  type Account,
  type Call,
  type Operation,
  checkedBody,
  created,
  patchedLabels,
  renderStored,
  touched,
} from './operation.ts'
import { redact } from './redact.ts'
import { ERROR_CODES, type Refusal, inUse, notFound, tooManyProviderKeys } from './refusal.ts'
import type { StoredProviderKey } from './store.ts'

const PATH = '/provider-keys'

export const providerKeys: Collection<StoredProviderKey> = {
  path: PATH,
  property: 'aiGatewayProviderKeys',
  table: ({ store }) => store.providerKeys,
  render,
  filters: { provider: (row) => row.providerId },
}

export const createProviderKey: Operation = (call) =>
  checkedBody<ProviderKeyBody>(providerKeyCreate, call.body)
    .andThen((body) => withinKeyLimit([body.providerId], call.account).map(() => body))
    .map((body) => ({ status: 201, body: render(storeProviderKey(body, call), call.account) }))

/** Whether a provider key may be added for each of these providers, of which one may be there several times. */
export function withinKeyLimit(providers: readonly string[], account: Account): Result<undefined, Refusal> {
  const { store, providerKeyLimit: limit } = account
  if (limit === Infinity) return ok(undefined)
  const all = [...store.providerKeys.all().map(({ providerId }) => providerId), ...providers]
  const full = providers.find((provider) => all.filter((each) => each === provider).length > limit)
  return full === undefined ? ok(undefined) : err(tooManyProviderKeys(full, limit))
}

/** Adds a provider key; also the inline ones of a router come through here. */
export function storeProviderKey({ providerId, name, value, ...labels }: ProviderKeyBody, call: Call): StoredProviderKey {
  const row = patchedLabels({ ...created(call, 'aigpk'), providerId, name, value }, labels)
  call.account.store.providerKeys.put(row)
  return row
}

export const getProviderKey: Operation = ({ account, id }) =>
  find(account, id).map((row) => ({ status: 200, body: render(row, account) }))

export const updateProviderKey: Operation = (call) =>
  find(call.account, call.id).andThen((row) =>
    checkedBody<Labels>(providerKeyUpdate, call.body).map((body) => {
      // A name cannot be left out of an answer, so that a cleared one is empty.
      const labels = { ...body, ...(body.name === null && { name: '' }) }
      return replace({ ...patchedLabels(row, labels), ...touched(call) }, call.account)
    }),
  )

export const rotateProviderKey: Operation = (call) =>
  find(call.account, call.id).andThen((row) =>
    checkedBody<RotateBody>(providerKeyRotate, call.body).map(({ name, value }) => {
      return replace({ ...row, name, value, ...touched(call) }, call.account)
    }),
  )

export const deleteProviderKey: Operation = ({ account: { store }, id }) => {
  const users = store.keyUse.users(id)
  if (!store.providerKeys.get(id)) return err(notFound('provider key', id))
  if (users.size > 0) return err(inUse(ERROR_CODES.providerKeyInUse, 'provider key', id, users))
  store.providerKeys.remove(id)
  return ok({ status: 204 })
}

function find({ store }: Account, id: string): Result<StoredProviderKey, Refusal> {
  const row = store.providerKeys.get(id)
  return row ? ok(row) : err(notFound('provider key', id))
}

function replace(row: StoredProviderKey, account: Account) {
  account.store.providerKeys.put(row)
  return { status: 200, body: render(row, account) }
}

function render(row: StoredProviderKey, { url }: Account): unknown {
  const { providerId, name, value } = row
  return { ...renderStored(row, PATH, url), providerId, name, keyRedacted: redact(value) }
}

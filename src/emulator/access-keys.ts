import { randomBytes } from 'node:crypto'
import { type Result, err, ok } from 'neverthrow'
import { type AccessKeyBody, accessKeyCreate, accessKeyUpdate } from './bodies.ts'
import type { Collection } from './listing.ts'
import { type Account, type Operation, checkedBody, created, patched, patchedLabels, renderStored, touched } from './operation.ts'
import { redact } from './redact.ts'
import { type Refusal, badRequest, notFound } from './refusal.ts'
import type { StoredAccessKey } from './store.ts'

const PATH = '/access-keys'

export const accessKeys: Collection<StoredAccessKey> = {
  path: PATH,
  property: 'aiGatewayAccessKeys',
  table: ({ store }) => store.accessKeys,
  render,
}

/** The token is in the clear in this answer and in no other. */
export const createAccessKey: Operation = (call) =>
  checkedBody<AccessKeyBody>(accessKeyCreate, call.body)
    .andThen((body) => checkedLink(body, call.account))
    .map((body) => {
      const token = `emulated_${randomBytes(24).toString('base64url')}`
      const row = patchedLabels<StoredAccessKey>({ ...created(call, 'aigk'), token }, body)
      const key = save(patched(row, { configurationId: body.accessKeyConfigurationId }), call.account)
      return { status: 201, body: { ...key, token } }
    })

export const getAccessKey: Operation = ({ account, id }) =>
  find(account, id).map((row) => ({ status: 200, body: render(row, account) }))

export const updateAccessKey: Operation = (call) =>
  find(call.account, call.id).andThen((row) =>
    checkedBody<AccessKeyBody>(accessKeyUpdate, call.body)
      .andThen((body) => checkedLink(body, call.account))
      .map((body) => {
        const changes = { ...touched(call), configurationId: body.accessKeyConfigurationId }
        return { status: 200, body: save(patched(patchedLabels(row, body), changes), call.account) }
      }),
  )

export const deleteAccessKey: Operation = ({ account, id }) =>
  find(account, id).map(() => {
    account.store.accessKeys.remove(id)
    account.store.configurationUse.set(id, [])
    return { status: 204 }
  })

function find({ store }: Account, id: string): Result<StoredAccessKey, Refusal> {
  const row = store.accessKeys.get(id)
  return row ? ok(row) : err(notFound('access key', id))
}

function checkedLink(body: AccessKeyBody, { store }: Account): Result<AccessKeyBody, Refusal> {
  const id = body.accessKeyConfigurationId
  if (typeof id !== 'string' || store.configurations.get(id)) return ok(body)
  return err(
    badRequest(`\`accessKeyConfigurationId\` refers to ${id}, which is not an access key configuration of this account.`),
  )
}

function save(row: StoredAccessKey, account: Account) {
  account.store.accessKeys.put(row)
  account.store.configurationUse.set(row.id, row.configurationId === undefined ? [] : [row.configurationId])
  return render(row, account)
}

function render(row: StoredAccessKey, { store, url }: Account) {
  const configuration = row.configurationId === undefined ? undefined : store.configurations.get(row.configurationId)
  return {
    ...renderStored(row, PATH, url),
    ...(row.name !== undefined && { name: row.name }),
    keyRedacted: redact(row.token),
    accessKeyConfiguration: configuration
      ? { id: configuration.id, uri: `${url}/access-key-configurations/${configuration.id}`, name: configuration.name }
      : null,
  }
}

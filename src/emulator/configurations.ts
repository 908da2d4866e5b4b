import { type Result, err, ok } from 'neverthrow'
import { type ConfigurationBody, type RouterBody, configurationCreate, configurationUpdate } from './bodies.ts'
import type { Collection } from './listing.ts'
import {
  type Account,
  type Call,
  type Operation,
  checkedBody,
  created,
  patched,
  patchedLabels,
  renderStored,
  touched,
} from './operation.ts'
import { storeProviderKey, withinKeyLimit } from './provider-keys.ts'
import { redact } from './redact.ts'
import { ERROR_CODES, type Refusal, inUse, invalidBody, notFound } from './refusal.ts'
import { checkRouter, inlineKeyProviders, ruleProvider } from './router-rules.ts'
import type { StoredConfiguration, StoredRouter, StoredStep } from './store.ts'

const PATH = '/access-key-configurations'

export const configurations: Collection<StoredConfiguration> = {
  path: PATH,
  property: 'aiGatewayAccessKeyConfigurations',
  table: ({ store }) => store.configurations,
  render,
}

export const createConfiguration: Operation = (call) =>
  checkedBody<ConfigurationBody>(configurationCreate, call.body)
    .andThen((body) => checkedRouter(body, call.account))
    .map((body) => {
      const router = storeRouter(body.router, call)
      const row = { ...created(call, 'aigac'), name: '' }
      return {
        status: 201,
        body: save(patched(patchedLabels<StoredConfiguration>(row, body), { access: body.access, router }), call.account),
      }
    })

export const getConfiguration: Operation = ({ account, id }) =>
  find(account, id).map((row) => ({ status: 200, body: render(row, account) }))

export const updateConfiguration: Operation = (call) =>
  find(call.account, call.id).andThen((row) =>
    checkedBody<ConfigurationBody>(configurationUpdate, call.body)
      .andThen((body) => checkedRouter(body, call.account))
      .map((body) => {
        const router = storeRouter(body.router, call)
        // A name cannot be left out of an answer, so that a cleared one is empty.
        const labels = patchedLabels(row, { ...body, ...(body.name === null && { name: '' }) })
        return { status: 200, body: save(patched(labels, { ...touched(call), access: body.access, router }), call.account) }
      }),
  )

export const deleteConfiguration: Operation = ({ account: { store }, id }) => {
  const users = store.configurationUse.users(id)
  if (!store.configurations.get(id)) return err(notFound('access key configuration', id))
  if (users.size > 0) return err(inUse(ERROR_CODES.configurationInUse, 'access key configuration', id, users))
  store.configurations.remove(id)
  store.keyUse.set(id, [])
  return ok({ status: 204 })
}

function find({ store }: Account, id: string): Result<StoredConfiguration, Refusal> {
  const row = store.configurations.get(id)
  return row ? ok(row) : err(notFound('access key configuration', id))
}

function checkedRouter(body: ConfigurationBody, account: Account): Result<ConfigurationBody, Refusal> {
  if (!body.router) return ok(body)
  const violation = checkRouter(body.router, (id) => account.store.providerKeys.get(id) !== undefined)
  return violation ? err(invalidBody(violation)) : withinKeyLimit(inlineKeyProviders(body.router), account).map(() => body)
}

/** The router as it is kept: inline keys become provider keys of the rule's provider. Null and undefined pass through. */
function storeRouter(router: RouterBody | null | undefined, call: Call): StoredRouter | null | undefined {
  if (!router) return router
  if (!router.rules) return {}
  const rules = router.rules.map((rule) => ({
    ...rule,
    steps: rule.steps.map(({ keys, ...step }): StoredStep => {
      const ids = keys?.map(({ id, name = '', value = '' }) => {
        return id ?? storeProviderKey({ providerId: ruleProvider(rule), name, value }, call).id
      })
      return { ...step, ...(ids && { keys: ids }) }
    }),
  }))
  return { rules }
}

function save(row: StoredConfiguration, account: Account): unknown {
  account.store.configurations.put(row)
  account.store.keyUse.set(
    row.id,
    (row.router?.rules ?? []).flatMap(({ steps }) => steps.flatMap(({ keys }) => keys ?? [])),
  )
  return render(row, account)
}

function render(row: StoredConfiguration, account: Account): unknown {
  return {
    ...renderStored(row, PATH, account.url),
    name: row.name,
    ...(row.access && { access: row.access }),
    ...(row.router && { router: renderRouter(row.router, account) }),
  }
}

function renderRouter({ rules }: StoredRouter, account: Account): unknown {
  if (!rules) return {}
  return { rules: rules.map((rule) => ({ ...rule, steps: rule.steps.map((step) => renderStep(step, account)) })) }
}

function renderStep({ keys, ...step }: StoredStep, { store }: Account): unknown {
  if (!keys) return step
  const shown = keys.map((id) => store.providerKeys.get(id)).filter((key) => key !== undefined)
  return { ...step, keys: shown.map(({ id, name, value }) => ({ id, name, keyRedacted: redact(value) })) }
}

import { accessKeys, createAccessKey, deleteAccessKey, getAccessKey, updateAccessKey } from './access-keys.ts'
import {
  configurations,
  createConfiguration,
  deleteConfiguration,
  getConfiguration,
  updateConfiguration,
} from './configurations.ts'
import { list } from './listing.ts'
import { type Operation, checkedQuery } from './operation.ts'
import {
  createProviderKey,
  deleteProviderKey,
  getProviderKey,
  providerKeys,
  rotateProviderKey,
  updateProviderKey,
} from './provider-keys.ts'
import { createTable } from './table.ts'

/** A path of the API with its operations by method. `HEAD` is `GET` without the body, where nothing else is said. */
export interface Route {
  /** `/access-keys/{id}` */
  readonly template: string
  readonly operations: ReadonlyMap<string, Operation>
}

/** The route of a path, and the `{id}` in it (empty where it has none). */
export function findRoute(path: string): { readonly route: Route; readonly id: string } | undefined {
  const [, collection = '', id = '', action = ''] = /^(\/[a-z-]+)(?:\/([^/]+))?(?:\/([a-z]+))?$/.exec(path) ?? []
  const template = `${collection}${id && '/{id}'}${action && `/${action}`}`
  const route = routes.get(template)
  return route && { route, id }
}

/** Custom providers belong to the API and not to this emulator: its account has none. */
const providers = {
  path: '/providers',
  property: 'aiGatewayProviders',
  table: () => createTable<{ readonly id: string }>(),
  render: (row: { readonly id: string }) => row,
}

const routes = new Map<string, Route>([
  define('/access-key-configurations', { GET: list(configurations), POST: createConfiguration }),
  define('/access-key-configurations/{id}', {
    GET: getConfiguration,
    PATCH: updateConfiguration,
    DELETE: deleteConfiguration,
  }),
  define('/access-keys', { GET: list(accessKeys), POST: createAccessKey }),
  define('/access-keys/{id}', { GET: getAccessKey, PATCH: updateAccessKey, DELETE: deleteAccessKey }),
  // The document gives the filter by provider to `GET` alone.
  define('/provider-keys', { GET: list(providerKeys), HEAD: list({ ...providerKeys, filters: {} }), POST: createProviderKey }),
  define('/provider-keys/{id}', { GET: getProviderKey, PATCH: updateProviderKey, DELETE: deleteProviderKey }),
  define('/provider-keys/{id}/rotate', { POST: rotateProviderKey }),
  define('/providers', { GET: list(providers) }),
])

function define(template: string, operations: Readonly<Record<string, Operation>>): [string, Route] {
  const { GET } = operations
  const all = Object.entries({ ...operations, ...(GET && { HEAD: operations['HEAD'] ?? GET }) })
  const lists = !template.endsWith('}')
  const checked = all.map(([method, operation]): [string, Operation] => {
    return [method, lists && (method === 'GET' || method === 'HEAD') ? operation : withoutQuery(operation)]
  })
  return [template, { template, operations: new Map(checked) }]
}

/** Only lists take query parameters, and check them themselves. */
function withoutQuery(operation: Operation): Operation {
  return (call) => checkedQuery(call.query, []).andThen(() => operation(call))
}

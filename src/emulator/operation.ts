import { type Result, err, ok } from 'neverthrow'
import type { Labels } from './bodies.ts'
import type { Reply } from './exchange.ts'
import type { NewId } from './identifiers.ts'
import { type Refusal, badRequest, invalidBody } from './refusal.ts'
import type { Store, Stored } from './store.ts'
import type { Check } from './validate.ts'

/** Carries out one method of one path. Refusals change nothing. */
export type Operation = (call: Call) => Result<Reply, Refusal>

export interface Call {
  readonly account: Account
  /** The API key behind the token. */
  readonly actor: string
  /** The `{id}` of the path; empty where it has none. */
  readonly id: string
  readonly query: URLSearchParams
  readonly body: unknown
}

/** What operations work on. */
export interface Account {
  readonly store: Store
  readonly newId: NewId
  /** RFC 3339. */
  readonly now: () => string
  /** Provider keys for one provider at most. */
  readonly providerKeyLimit: number
  /** `http://127.0.0.1:4040`, what every `uri` begins with. */
  readonly url: string
}

/** The body, when it passes the check. */
export function checkedBody<Body>(check: Check, body: unknown): Result<Body, Refusal> {
  const violation = check(body, '')
  return violation ? err(invalidBody(violation)) : ok(body as Body)
}

/** Refuses query parameters other than these, and any given twice. */
export function checkedQuery(query: URLSearchParams, allowed: readonly string[]): Result<URLSearchParams, Refusal> {
  const names = [...query.keys()]
  const unknown = names.find((name) => !allowed.includes(name))
  if (unknown !== undefined) return err(badRequest(`There is no query parameter \`${unknown}\` here.`))
  const repeated = names.find((name, index) => names.indexOf(name) !== index)
  return repeated === undefined ? ok(query) : err(badRequest(`The query parameter \`${repeated}\` is given twice.`))
}

/** The part of a new row that the gateway decides. */
export function created({ account, actor }: Call, prefix: string): Stored {
  const now = account.now()
  return { id: account.newId(prefix), createdAt: now, updatedAt: now, createdBy: actor, lastUpdatedBy: actor }
}

/** The part of a row that every update changes. */
export function touched({ account, actor }: Call): Pick<Stored, 'updatedAt' | 'lastUpdatedBy'> {
  return { updatedAt: account.now(), lastUpdatedBy: actor }
}

/** What a resource's labels are after an update: left out stays, null clears. */
export function patchedLabels<Row extends Labels>(row: Row, { name, description, metadata }: Labels): Row {
  return patched(row, { name, description, metadata } as Partial<Row>)
}

/** The row with `changes`: undefined stays, null clears. */
export function patched<Row extends object>(
  row: Row,
  changes: { readonly [Name in keyof Row]?: Row[Name] | null | undefined },
): Row {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined)
  const after = Object.entries({ ...row, ...Object.fromEntries(given) }).filter(([, value]) => value !== null)
  return Object.fromEntries(after) as Row
}

/** What every resource shows in the same way. Optional fields that are unset are left out. */
export function renderStored({ id, createdAt, updatedAt, createdBy, lastUpdatedBy, ...row }: Stored, path: string, url: string) {
  return {
    id,
    uri: `${url}${path}/${id}`,
    createdAt,
    updatedAt,
    createdBy: apiKeyRef(createdBy, url),
    lastUpdatedBy: apiKeyRef(lastUpdatedBy, url),
    ...(row.description !== undefined && { description: row.description }),
    ...(row.metadata !== undefined && { metadata: row.metadata }),
  }
}

function apiKeyRef(id: string, url: string): { readonly id: string; readonly uri: string } {
  return { id, uri: `${url}/api-keys/${id}` }
}

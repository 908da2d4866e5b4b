import { type Result, err, ok } from 'neverthrow'
import { type Account, type Operation, checkedQuery } from './operation.ts'
import { type Refusal, badRequest } from './refusal.ts'
import type { Table } from './table.ts'

/** One resource's collection. */
export interface Collection<Row extends { readonly id: string }> {
  readonly path: string
  /** The property that holds the rows. */
  readonly property: string
  readonly table: (account: Account) => Table<Row>
  readonly render: (row: Row, account: Account) => unknown
  /** Query parameters, besides those of paging, that a row must match. */
  readonly filters?: Readonly<Record<string, (row: Row) => string>>
}

const LIMIT = 100

/** `GET` of a collection: newest first, `limit` at a time, `beforeId` to go on. */
export function list<Row extends { readonly id: string }>(collection: Collection<Row>): Operation {
  const filters = Object.entries(collection.filters ?? {})
  const allowed = ['beforeId', 'limit', ...filters.map(([name]) => name)]
  return ({ account, query }) =>
    checkedQuery(query, allowed)
      .andThen(readLimit)
      .map((limit) => {
        const beforeId = query.get('beforeId') ?? undefined
        const where = (row: Row): boolean => filters.every(([name, field]) => !query.has(name) || query.get(name) === field(row))
        const page = collection.table(account).page({ limit, where, ...(beforeId !== undefined && { beforeId }) })
        const last = page.rows.at(-1)
        const next = page.more && last ? uri(collection.path, account, query, last.id) : null
        return {
          status: 200,
          body: {
            [collection.property]: page.rows.map((row) => collection.render(row, account)),
            uri: uri(collection.path, account, query),
            nextPageUri: next,
          },
        }
      })
}

function readLimit(query: URLSearchParams): Result<number, Refusal> {
  const text = query.get('limit')
  if (text === null) return ok(LIMIT)
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (limit >= 1 && limit <= LIMIT) return ok(limit)
  return err(badRequest(`Expected \`limit\` to be a whole number from 1 to ${LIMIT}, got \`${text}\`.`))
}

/** The collection's own address with the query it was asked with, or that of the page after `beforeId`. */
function uri(path: string, { url }: Account, query: URLSearchParams, beforeId?: string): string {
  const parameters = new URLSearchParams(query)
  if (beforeId !== undefined) parameters.set('beforeId', beforeId)
  return `${url}${path}${parameters.size > 0 ? `?${parameters.toString()}` : ''}`
}

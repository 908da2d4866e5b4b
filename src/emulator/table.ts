/** Rows by id, newest first. */
export interface Table<Row extends { readonly id: string }> {
  get(id: string): Row | undefined
  /** Adds a row whose id sorts after all others, or replaces the one with its id. */
  put(row: Row): void
  remove(id: string): void
  page(request: PageRequest<Row>): Page<Row>
  /** All of them, newest first. */
  all(): readonly Row[]
}

export interface PageRequest<Row> {
  readonly limit: number
  /** Only rows whose id sorts before this one; it need not exist (any more). */
  readonly beforeId?: string
  readonly where?: (row: Row) => boolean
}

export interface Page<Row> {
  readonly rows: readonly Row[]
  readonly more: boolean
}

/** A page costs what it holds (and what `where` passes over), a new row nothing that grows. */
export function createTable<Row extends { readonly id: string }>(): Table<Row> {
  const rows = new Map<string, Row>()
  const ids: string[] = [] // ascending, so that a new row is pushed

  function* newestFirst(from = ids.length): Generator<Row> {
    for (let index = from - 1; index >= 0; index -= 1) {
      const row = rows.get(ids[index] ?? '')
      if (row) yield row
    }
  }

  return {
    get: (id) => rows.get(id),
    put(row) {
      if (!rows.has(row.id)) ids.push(row.id)
      rows.set(row.id, row)
    },
    remove(id) {
      if (rows.delete(id)) ids.splice(position(ids, id), 1)
    },
    page({ limit, beforeId, where = () => true }) {
      const from = beforeId === undefined ? ids.length : position(ids, beforeId)
      const found = newestFirst(from)
        .filter(where)
        .take(limit + 1)
        .toArray()
      return { rows: found.slice(0, limit), more: found.length > limit }
    },
    all: () => [...newestFirst()],
  }
}

/** How many ids sort before `id`. */
function position(ids: readonly string[], id: string): number {
  let low = 0
  let high = ids.length
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if ((ids[middle] ?? '') < id) low = middle + 1
    else high = middle
  }
  return low
}

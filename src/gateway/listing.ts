import { err, ok, type Result } from 'neverthrow'
import { readAnswer, type Decode } from './answer.ts'
import type { Page } from './decode.ts'
import type { GatewayError } from './errors.ts'
import type { Answered, Call } from './requests.ts'

/** The most the API gives at once. */
const PAGE_SIZE = 100

/** A million items; a listing beyond that is going in circles. */
const MOST_PAGES = 10_000

/** What can be listed: where it is, and how a page of it reads. */
export interface Collection<Item> {
  /** Below the API's URL. */
  readonly path: string
  readonly decode: Decode<Page<Item>>
}

export interface Listing<Item> {
  readonly items: readonly Item[]
  readonly pages: number
}

/** What is listed is told apart by its id. */
export interface Identified {
  readonly id: string
}

/**
 * Follows a listing to its end, by `beforeId`: the gateway's `nextPageUri` may name another host, where the token must not go, so
 * it is only taken as a sign that there is more.
 * @param send gets one page, retrying as it sees fit
 */
export async function readListing<Item extends Identified>(
  collection: Collection<Item>,
  send: (call: Call<Page<Item>>) => Promise<Result<Answered<Page<Item>>, GatewayError>>,
): Promise<Result<Listing<Item>, GatewayError>> {
  const found = new Map<string, Item>()
  let beforeId: string | undefined
  for (let pages = 1; pages <= MOST_PAGES; pages++) {
    const answered = await send(pageCall(collection, beforeId, found))
    if (answered.isErr()) return err(answered.error)
    const { items, isLast } = answered.value.value
    for (const item of items) found.set(item.id, item)
    if (isLast) return ok({ items: [...found.values()], pages })
    beforeId = items.at(-1)?.id
  }
  return err({ type: 'malformed', status: 200, msg: `the listing has more than ${MOST_PAGES} pages` })
}

function pageCall<Item extends Identified>(
  { path, decode }: Collection<Item>,
  beforeId: string | undefined,
  found: ReadonlyMap<string, unknown>,
): Call<Page<Item>> {
  const after = beforeId === undefined ? '' : `&beforeId=${encodeURIComponent(beforeId)}`
  const decodeNext: Decode<Page<Item>> = (json) => decode(json).andThen((page) => checkProgress(page, found))
  return {
    kind: 'read',
    method: 'GET',
    path: `${path}?limit=${PAGE_SIZE}${after}`,
    read: (answer, secret) => readAnswer(answer, decodeNext, secret),
  }
}

/** Half a listing, or one that mixes two, would make something look absent that is there. */
function checkProgress<Item extends Identified>(
  page: Page<Item>,
  found: ReadonlyMap<string, unknown>,
): Result<Page<Item>, string> {
  const ids = new Set(page.items.map(({ id }) => id))
  if (ids.size < page.items.length || !ids.isDisjointFrom(found)) return err('the listing repeats an id')
  if (ids.size === 0 && !page.isLast) return err('the listing says there is more, and goes no further')
  return ok(page)
}

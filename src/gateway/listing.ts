import { err, ok, type Result } from 'neverthrow'
import { readAnswer, type Decode } from './answer.ts'
import type { Page } from './decode.ts'
import type { GatewayError } from './errors.ts'
import type { KnownPages, PagesOfListing } from './known-pages.ts'
import type { Answered, Call } from './requests.ts'

/** The most the API gives at once. */
const PAGE_SIZE = 100

/** A hundred thousand items, in nine minutes of the usual rate budget; a listing beyond that never ends. */
const MOST_PAGES = 1_000

/** So much text of all pages together, in UTF-16 code units: what is listed is kept in memory. */
const MOST_TEXT = 256 * 1024 * 1024

/** Of listings that take long, it is told after so many pages, and whenever they have doubled. */
const FIRST_TOLD = 128

/** What can be listed: where it is, and how a page of it reads. */
export interface Collection<Item> {
  /** Below the API's URL. */
  readonly path: string
  readonly decode: Decode<Page<Item>>
}

/** The same with what is known of its pages. */
export interface Listed<Item> extends Collection<Item> {
  readonly pages: KnownPages<Item>
}

export interface Listing<Item> {
  readonly items: readonly Item[]
  readonly pages: number
}

/** How far a listing has come. */
export interface Progress {
  readonly pages: number
  readonly items: number
}

interface Read<Item> {
  readonly page: Page<Item>
  /** Of the answer's body, in UTF-16 code units. */
  readonly size: number
}

/** What is listed is told apart by its id. */
export interface Identified {
  readonly id: string
}

/**
 * Follows a listing to its end, by `beforeId`: the gateway's `nextPageUri` may name another host, where the token must not go, so
 * it is only taken as a sign that there is more.
 * @param send gets one page, retrying as it sees fit
 * @param progress told now and then of one that takes long
 */
export async function readListing<Item extends Identified>(
  { path, decode, pages: known }: Listed<Item>,
  send: (call: Call<Read<Item>>) => Promise<Result<Answered<Read<Item>>, GatewayError>>,
  progress: (far: Progress) => void,
): Promise<Result<Listing<Item>, GatewayError>> {
  const found = new Map<string, Item>()
  const met = known.follow()
  let beforeId: string | undefined
  let text = 0
  for (let pages = 1; pages <= MOST_PAGES; pages++) {
    const answered = await send(pageCall({ path: pathAfter(path, beforeId), decode, met, found }))
    if (answered.isErr()) return err(answered.error)
    const { page, size } = answered.value.value
    for (const item of page.items) found.set(item.id, item)
    if (page.isLast) {
      met.end()
      return ok({ items: [...found.values()], pages })
    }
    beforeId = page.items.at(-1)?.id
    text += size
    if (text > MOST_TEXT) return err(endless(`more than ${MOST_TEXT} characters`))
    if (pages >= FIRST_TOLD && Number.isInteger(Math.log2(pages / FIRST_TOLD))) progress({ pages, items: found.size })
  }
  return err(endless(`more than ${MOST_PAGES} pages`))
}

function endless(extent: string): GatewayError {
  return malformed(200, `the listing has ${extent}, and does not end`)
}

function malformed(status: number, msg: string): GatewayError {
  return { type: 'malformed', status, msg }
}

/** @param beforeId the last id of the page before; undefined for the first page */
function pathAfter(path: string, beforeId: string | undefined): string {
  return `${path}?limit=${PAGE_SIZE}${beforeId === undefined ? '' : `&beforeId=${encodeURIComponent(beforeId)}`}`
}

interface PageOptions<Item> {
  readonly path: string
  readonly decode: Decode<Page<Item>>
  readonly met: PagesOfListing<Item>
  /** What earlier pages had. */
  readonly found: ReadonlyMap<string, unknown>
}

function pageCall<Item extends Identified>({ path, decode, met, found }: PageOptions<Item>): Call<Read<Item>> {
  return {
    kind: 'read',
    method: 'GET',
    path,
    read: (answer, secret) =>
      met
        .read(path, answer, () => readAnswer(answer, decode, secret))
        .andThen((page) => checkProgress(page, found).mapErr((msg) => malformed(answer.status, msg)))
        .map((page) => ({ page, size: answer.body.length })),
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

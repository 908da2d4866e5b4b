import { err, ok, type Result } from 'neverthrow'
import type { ObservedConfiguration } from '../model/observed.ts'
import { readAnswer, type Decode } from './answer.ts'
import { decodePage, type Page } from './decode.ts'
import type { GatewayError } from './errors.ts'
import { CONFIGURATIONS } from './paths.ts'
import type { Answered, Call } from './requests.ts'

/** The most the API gives at once. */
const PAGE_SIZE = 100

/** A million configurations; a listing beyond that is going in circles. */
const MOST_PAGES = 10_000

export interface Listing {
  readonly configurations: readonly ObservedConfiguration[]
  readonly pages: number
}

/**
 * Follows a listing to its end, by `beforeId`: the gateway's `nextPageUri` may name another host, where the token must not go, so
 * it is only taken as a sign that there is more.
 * @param send gets one page, retrying as it sees fit
 */
export async function readListing(
  send: (call: Call<Page>) => Promise<Result<Answered<Page>, GatewayError>>,
): Promise<Result<Listing, GatewayError>> {
  const found = new Map<string, ObservedConfiguration>()
  let beforeId: string | undefined
  for (let pages = 1; pages <= MOST_PAGES; pages++) {
    const answered = await send(pageCall(beforeId, found))
    if (answered.isErr()) return err(answered.error)
    const { configurations, isLast } = answered.value.value
    for (const configuration of configurations) found.set(configuration.id, configuration)
    if (isLast) return ok({ configurations: [...found.values()], pages })
    beforeId = configurations.at(-1)?.id
  }
  return err({ type: 'malformed', status: 200, msg: `the listing has more than ${MOST_PAGES} pages` })
}

function pageCall(beforeId: string | undefined, found: ReadonlyMap<string, unknown>): Call<Page> {
  const after = beforeId === undefined ? '' : `&beforeId=${encodeURIComponent(beforeId)}`
  const decode: Decode<Page> = (json) => decodePage(json).andThen((page) => checkProgress(page, found))
  return {
    kind: 'read',
    method: 'GET',
    path: `${CONFIGURATIONS}?limit=${PAGE_SIZE}${after}`,
    read: (answer, secret) => readAnswer(answer, decode, secret),
  }
}

/** Half a listing, or one that mixes two, would make configurations look absent. */
function checkProgress(page: Page, found: ReadonlyMap<string, unknown>): Result<Page, string> {
  const ids = new Set(page.configurations.map(({ id }) => id))
  if (ids.size < page.configurations.length || !ids.isDisjointFrom(found)) return err('the listing repeats an id')
  if (ids.size === 0 && !page.isLast) return err('the listing says there is more, and goes no further')
  return ok(page)
}

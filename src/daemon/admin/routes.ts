import type { HealthDocument } from '../health.ts'
import type { EventStream } from './event-stream.ts'
import { pageRoutes } from './page.ts'
import type { Exposition } from '../metrics/metrics.ts'
import { type Answer, type Handler, type Kept, refusal, type Route, type Routes, type Told, written } from './respond.ts'
import { seldom } from './seldom.ts'

/** What may be looked at. */
export interface Looks {
  readonly status: () => object
  readonly health: () => HealthDocument
  readonly metrics: () => Promise<Exposition>
  readonly events: EventStream
}

/** What may be asked of a running daemon. */
export interface Controls extends Looks {
  /** Reconciles as soon as it can. */
  readonly hurry: () => void
  /** @returns how many deletions there are to be made, where that is another number; nothing is confirmed then */
  readonly approveDeletions: (count: number) => number | undefined
}

/** For those on the host who may read our files. */
export function adminRoutes({ hurry, approveDeletions, ...looks }: Controls): Routes {
  const reconcile = (): Answer => {
    hurry()
    return { status: 202, body: {} }
  }
  const confirm = (body: string): Answer => {
    const count = readCount(body)
    if (count === undefined) return refusal(400, 'expected { "confirm": n } with how many deletions are right')
    const other = approveDeletions(count)
    if (other !== undefined) return { status: 409, body: { count: other } }
    hurry()
    return { status: 200, body: { confirmed: count } }
  }
  return new Map<Route[0], Route[1]>([
    ...looking(looks, { status: () => told(looks.status()), metrics: () => exposed(looks) }),
    ['/reconcile', { POST: reconcile }],
    ['/deletions', { POST: confirm }],
  ])
}

/** For those of whom nothing is known. */
export function publicRoutes(looks: Looks): Routes {
  const status = seldom(() => written(told(looks.status())))
  return new Map(looking(looks, { status, metrics: seldom(() => exposed(looks)) }))
}

function looking({ health, events }: Looks, { status, metrics }: Record<'status' | 'metrics', Handler>): readonly Route[] {
  const healthz = (): Answer => {
    const body = health()
    return { status: body.healthy ? 200 : 503, body }
  }
  return [
    ['/status', { GET: status }],
    ['/healthz', { GET: healthz }],
    ['/metrics', { GET: metrics }],
    ['/events', { GET: () => events.open() }],
    ...pageRoutes(),
  ]
}

async function exposed({ metrics }: Looks): Promise<Kept> {
  const { type, text } = await metrics()
  return { status: 200, type, content: Buffer.from(text) }
}

function told(body: object): Told {
  return { status: 200, body }
}

function readCount(body: string): number | undefined {
  try {
    const { confirm } = JSON.parse(body) as { readonly confirm?: unknown }
    return Number.isSafeInteger(confirm) && Number(confirm) >= 0 ? Number(confirm) : undefined
  } catch {
    return undefined // not JSON, or null
  }
}

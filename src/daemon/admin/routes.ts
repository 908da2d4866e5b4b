import type { HealthDocument } from '../health.ts'
import { type Answer, refusal, type Routes } from './respond.ts'

/** What may be asked of a running daemon. */
export interface Controls {
  readonly status: () => object
  readonly health: () => HealthDocument
  /** Reconciles as soon as it can. */
  readonly hurry: () => void
  /** @returns how many deletions there are to be made, where that is another number; nothing is confirmed then */
  readonly approveDeletions: (count: number) => number | undefined
}

export function adminRoutes({ status, health, hurry, approveDeletions }: Controls): Routes {
  const healthz = (): Answer => {
    const body = health()
    return { status: body.healthy ? 200 : 503, body }
  }
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
  return new Map([
    ['/status', { GET: () => ({ status: 200, body: status() }) }],
    ['/healthz', { GET: healthz }],
    ['/reconcile', { POST: reconcile }],
    ['/deletions', { POST: confirm }],
  ])
}

function readCount(body: string): number | undefined {
  try {
    const { confirm } = JSON.parse(body) as { readonly confirm?: unknown }
    return Number.isSafeInteger(confirm) && Number(confirm) >= 0 ? Number(confirm) : undefined
  } catch {
    return undefined // not JSON, or null
  }
}

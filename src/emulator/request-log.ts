import type { EmulatedRequest, Exchange } from './exchange.ts'
import type { Content } from './receive.ts'
import { findRoute } from './routes.ts'

/** What was asked of the emulator. */
export interface RequestLog {
  /** Requests that arrived whole, whatever became of them. */
  readonly total: number
  /** How many of them, by a method and a path template such as `/access-keys/{id}`. */
  count(method: string, template: string): number
  /** Calls `listener` with each exchange, just before its answer is sent. @returns ends that */
  subscribe(listener: (exchange: Exchange) => void): () => void
}

export interface RequestLogFeed {
  readonly log: RequestLog
  /** Counts a request that arrived at a time in milliseconds. */
  received(content: Content, at: number): EmulatedRequest
  done(exchange: Exchange): void
}

export function createRequestLog(): RequestLogFeed {
  const counts = new Map<string, number>()
  const listeners = new Set<(exchange: Exchange) => void>()
  let total = 0
  return {
    log: {
      get total() {
        return total
      },
      count: (method, template) => counts.get(`${method} ${template}`) ?? 0,
      subscribe(listener) {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
    },
    received(content, at) {
      const name = `${content.method} ${findRoute(content.path)?.route.template ?? content.path}`
      counts.set(name, (counts.get(name) ?? 0) + 1)
      total += 1
      return { ...content, number: total, at }
    },
    done(exchange) {
      for (const listener of listeners) listener(exchange)
    },
  }
}

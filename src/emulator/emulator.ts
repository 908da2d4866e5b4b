import { promisify } from 'node:util'
import type { ResultAsync } from 'neverthrow'
import type { Rate } from '../model/rate.ts'
import { createApi } from './api.ts'
import type { EmulatedRequest, Interceptor } from './exchange.ts'
import { createIds } from './identifiers.ts'
import { createLater } from './later.ts'
import type { Account } from './operation.ts'
import { createPipeline } from './pipeline.ts'
import { createLimiter } from './rate-limit.ts'
import { type RequestLog, createRequestLog } from './request-log.ts'
import { type EmulatorError, type Listening, listen, serveRequests } from './server.ts'
import { type StoredAccessKey, type StoredConfiguration, type StoredProviderKey, createStore } from './store.ts'
import { type Faults, type Weather, createWeather } from './weather.ts'

export type { EmulatedRequest, Exchange, Interceptor, Reply, Verdict } from './exchange.ts'
export type { RequestLog } from './request-log.ts'
export type { EmulatorError } from './server.ts'
export type { StoredAccessKey, StoredConfiguration, StoredProviderKey } from './store.ts'
export type { Fault, Faults } from './weather.ts'

export interface EmulatorOptions {
  /** Default `127.0.0.1`. */
  readonly host?: string
  /** Default 0: any that is free. */
  readonly port?: number
  /** The only accepted token. Left out: any. */
  readonly token?: string
  /** Milliseconds between carrying a request out and answering it. Default 0. */
  readonly latencyMs?: number
  /** Default: none. */
  readonly faults?: Partial<Faults>
  /** Milliseconds between cutting the connection of a `late` request and carrying it out. Default 250. */
  readonly lateMs?: number
  /** Left out: no limit. One window for the account, whatever the token. */
  readonly rateLimit?: Rate
  /** Provider keys for one provider at most; one more is refused with `ERR_NGROK_27506`. Left out: no limit. */
  readonly providerKeyLimit?: number
  /** Whether a 429 carries `Retry-After`. Default false, as the gateway is not known to send it. */
  readonly retryAfter?: boolean
  /** Of the faults. Default 1. */
  readonly seed?: number
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number
}

/** A gateway of one account, running in this process. */
export interface Emulator {
  /** `http://127.0.0.1:4040` */
  readonly url: string
  /** A token that is accepted. */
  readonly token: string
  readonly state: EmulatorState
  readonly requests: RequestLog
  /** Replaces all faults: what is not named does not happen any more. @throws RangeError when they add up to more than 1 */
  setFaults(faults: Partial<Faults>): void
  /** For requests that arrive from now on. */
  setLatency(ms: number): void
  /** Puts an interceptor after those that are there. @returns takes it away again */
  intercept(interceptor: Interceptor): () => void
  /** Stops listening and cuts every connection. What is held or waiting is not answered any more, what is late never carried out. */
  close(): Promise<void>
}

/** What the account holds at this moment, newest first. */
export interface EmulatorState {
  readonly configurations: readonly StoredConfiguration[]
  readonly providerKeys: readonly StoredProviderKey[]
  readonly accessKeys: readonly StoredAccessKey[]
}

/**
 * Starts the gateway API in memory: access key configurations, provider keys and access keys as the API document describes them.
 * @returns err when the address cannot be had
 * @throws RangeError when the faults add up to more than 1
 */
export function startEmulator(options: EmulatorOptions = {}): ResultAsync<Emulator, EmulatorError> {
  const weather = createWeather(options.faults ?? {}, options.seed ?? 1)
  return listen(options.host ?? '127.0.0.1', options.port ?? 0).map((listening) => assemble(listening, weather, options))
}

function assemble({ server, url }: Listening, weather: Weather, options: EmulatorOptions): Emulator {
  const { token, now = Date.now, lateMs = 250, providerKeyLimit = Infinity, retryAfter = false, rateLimit } = options
  const newId = createIds(now)
  const isoNow = () => new Date(now()).toISOString()
  const account: Account = { store: createStore(), newId, now: isoNow, providerKeyLimit, url }
  const interceptors = new Set<Interceptor>()
  const feed = createRequestLog()
  const api = createApi({ account, token, limiter: rateLimit ? createLimiter(rateLimit) : () => 0, retryAfter })
  const late = createLater(lateMs)
  // The gateway learns of it only now: by its clock and its rate limit it arrives when it is carried out.
  const later = (request: EmulatedRequest): void => late.add(() => api({ ...request, at: now() }))
  const handle = createPipeline({ api, weather, interceptors, later, retryAfter, newOperationId: () => newId('op') })
  let latencyMs = options.latencyMs ?? 0
  let closing: Promise<void> | undefined

  serveRequests(server, { handle, feed, now, latencyMs: () => latencyMs, closed: () => closing !== undefined })
  return {
    url,
    token: token ?? 'emulator',
    state: readState(account),
    requests: feed.log,
    setFaults(faults) {
      weather.set(faults)
    },
    setLatency(ms) {
      latencyMs = ms
    },
    intercept(interceptor) {
      interceptors.add(interceptor)
      return () => void interceptors.delete(interceptor)
    },
    close() {
      late.close()
      closing ??= promisify(server.close.bind(server))()
      server.closeAllConnections()
      return closing
    },
  }
}

function readState({ store }: Account): EmulatorState {
  return {
    get configurations() {
      return store.configurations.all()
    },
    get providerKeys() {
      return store.providerKeys.all()
    },
    get accessKeys() {
      return store.accessKeys.all()
    },
  }
}

import { ok, ResultAsync, type Result } from 'neverthrow'
import type { Report } from '../model/events.ts'
import type { ConfigurationPatch } from '../model/configuration.ts'
import type { ObservedConfiguration, References } from '../model/observed.ts'
import { encodeMetadata } from '../model/stamp.ts'
import { readAnswer, saysNotFound } from './answer.ts'
import { accessKeys, configurations, referencesOf } from './collections.ts'
import { decodeConfiguration } from './decode.ts'
import type { GatewayError } from './errors.ts'
import type { Answer } from './exchange.ts'
import { describeFailure } from './failure.ts'
import type { Draft, Gateway, Removal, RequestOptions, WriteOptions, Written } from './gateway.ts'
import { readListing, type Collection, type Identified, type Listing } from './listing.ts'
import type { GatewayOptions } from './options.ts'
import { CONFIGURATIONS } from './paths.ts'
import { readRemoval } from './removal.ts'
import { Requests, type Answered, type Call, type Retrying } from './requests.ts'

export type { GatewayOptions } from './options.ts'

/** The gateway over HTTP. Nothing is imported or connected until the first request. */
export function openGateway(options: GatewayOptions, report: Report): Gateway {
  return new HttpGateway(options, report)
}

/** The least that shows whether the gateway is there. */
const PROBE: Call<void> = {
  kind: 'read',
  method: 'GET',
  path: `${CONFIGURATIONS}?limit=1`,
  read: (answer, secret) => readAnswer(answer, () => ok(), secret),
}

class HttpGateway implements Gateway {
  readonly #requests: Requests
  readonly #report: Report

  constructor(options: GatewayOptions, report: Report) {
    this.#requests = new Requests(options, report, PROBE)
    this.#report = report
  }

  get sent(): number {
    return this.#requests.sent
  }

  list(options: RequestOptions = {}): ResultAsync<readonly ObservedConfiguration[], GatewayError> {
    return new ResultAsync(this.#list(options))
  }

  find(id: string, options: RequestOptions = {}): ResultAsync<ObservedConfiguration | undefined, GatewayError> {
    return new ResultAsync(this.#find(id, options))
  }

  create(draft: () => Draft, options: WriteOptions): ResultAsync<Written, GatewayError> {
    const body = () => JSON.stringify(createBody(draft()))
    return this.#write({ method: 'POST', path: CONFIGURATIONS, body, read: readConfiguration }, options).map(written)
  }

  update(id: string, patch: ConfigurationPatch, options: WriteOptions): ResultAsync<Written, GatewayError> {
    const body = () => JSON.stringify(patch)
    return this.#write({ method: 'PATCH', path: pathOf(id), body, read: readConfiguration }, options).map(written)
  }

  remove(id: string, options: WriteOptions): ResultAsync<Removal, GatewayError> {
    return this.#write({ method: 'DELETE', path: pathOf(id), read: readRemoval }, options).map(({ value }) => value)
  }

  references(options: RequestOptions = {}): ResultAsync<References, GatewayError> {
    return new ResultAsync(this.#listing(accessKeys, options)).map(({ items }) => referencesOf(items))
  }

  close(graceMs: number): Promise<void> {
    return this.#requests.close(graceMs)
  }

  async #list(options: RequestOptions): Promise<Result<readonly ObservedConfiguration[], GatewayError>> {
    const began = performance.now()
    const listing = await this.#listing(configurations, options)
    return listing.map(({ items, pages }) => {
      const durationMs = Math.round(performance.now() - began)
      this.#report({ event: 'gateway.listed', configurations: items.length, pages, durationMs })
      return items
    })
  }

  #listing<Item extends Identified>(
    collection: Collection<Item>,
    { priority = 'backlog', signal }: RequestOptions,
  ): Promise<Result<Listing<Item>, GatewayError>> {
    return readListing(collection, (call) => this.#requests.send(call, { lane: priority, signal }, this.#retryingRead))
  }

  async #find(id: string, { priority = 'backlog', signal }: RequestOptions): Promise<Result<Found, GatewayError>> {
    const call: Call<Found> = {
      kind: 'read',
      method: 'GET',
      path: pathOf(id),
      read: (answer, secret) => (saysNotFound(answer) ? ok(undefined) : readConfiguration(answer, secret)),
    }
    const answered = await this.#requests.send(call, { lane: priority, signal }, this.#retryingRead)
    return answered.map(({ value }) => value)
  }

  #write<T>(
    request: Omit<Call<T>, 'kind'>,
    { key, priority = 'backlog', signal }: WriteOptions,
  ): ResultAsync<Answered<T>, GatewayError> {
    const retrying: Retrying = (error, attempt, delayMs) =>
      this.#report({ event: 'config.retrying', key, attempt, delayMs, ...describeFailure(error) })
    return new ResultAsync(this.#requests.send({ kind: 'write', ...request }, { lane: priority, signal }, retrying))
  }

  readonly #retryingRead: Retrying = (error, attempt, delayMs) =>
    this.#report({ event: 'gateway.retrying', attempt, delayMs, ...describeFailure(error) })
}

type Found = ObservedConfiguration | undefined

function pathOf(id: string): string {
  return `${CONFIGURATIONS}/${encodeURIComponent(id)}`
}

function readConfiguration(answer: Answer, secret: string): Result<ObservedConfiguration, GatewayError> {
  return readAnswer(answer, decodeConfiguration, secret)
}

function written({ value, attempt }: Answered<ObservedConfiguration>): Written {
  return { configuration: value, attempt }
}

/** `AIGatewayAccessKeyConfigurationCreate` of the API document: what is declared, with the stamp in its metadata. */
function createBody({ configuration, stamp }: Draft): unknown {
  const { name, description, access, router } = configuration
  return { name, description, metadata: encodeMetadata(stamp, configuration.metadata), access, router }
}

import { ok, ResultAsync, type Result } from 'neverthrow'
import type { Report } from '../model/events.ts'
import type { ConfigurationPatch } from '../model/configuration.ts'
import type { ObservedConfiguration } from '../model/observed.ts'
import { encodeMetadata } from '../model/stamp.ts'
import { readAnswer, saysNotFound } from './answer.ts'
import { decodeConfiguration } from './decode.ts'
import type { GatewayError } from './errors.ts'
import type { Answer } from './exchange.ts'
import { describeFailure } from './failure.ts'
import type { Draft, Gateway, RequestOptions, WriteOptions, Written } from './gateway.ts'
import { readListing } from './listing.ts'
import type { GatewayOptions } from './options.ts'
import { CONFIGURATIONS } from './paths.ts'
import { Requests, type Call, type Retrying } from './requests.ts'

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

  list(options: RequestOptions = {}): ResultAsync<readonly ObservedConfiguration[], GatewayError> {
    return new ResultAsync(this.#list(options))
  }

  find(id: string, options: RequestOptions = {}): ResultAsync<ObservedConfiguration | undefined, GatewayError> {
    return new ResultAsync(this.#find(id, options))
  }

  create(draft: () => Draft, options: WriteOptions): ResultAsync<Written, GatewayError> {
    const body = () => JSON.stringify(createBody(draft()))
    return new ResultAsync(this.#write({ method: 'POST', path: CONFIGURATIONS, body }, options))
  }

  update(id: string, patch: ConfigurationPatch, options: WriteOptions): ResultAsync<Written, GatewayError> {
    return new ResultAsync(this.#write({ method: 'PATCH', path: pathOf(id), body: () => JSON.stringify(patch) }, options))
  }

  close(graceMs: number): Promise<void> {
    return this.#requests.close(graceMs)
  }

  async #list({ priority = 'backlog', signal }: RequestOptions): Promise<Result<readonly ObservedConfiguration[], GatewayError>> {
    const began = performance.now()
    const listing = await readListing((call) => this.#requests.send(call, { lane: priority, signal }, this.#retryingRead))
    return listing.map(({ configurations, pages }) => {
      const durationMs = Math.round(performance.now() - began)
      this.#report({ event: 'gateway.listed', configurations: configurations.length, pages, durationMs })
      return configurations
    })
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

  async #write(
    request: Pick<Call<unknown>, 'method' | 'path' | 'body'>,
    { key, priority = 'backlog', signal }: WriteOptions,
  ): Promise<Result<Written, GatewayError>> {
    const retrying: Retrying = (error, attempt, delayMs) =>
      this.#report({ event: 'config.retrying', key, attempt, delayMs, ...describeFailure(error) })
    const call: Call<ObservedConfiguration> = { kind: 'write', ...request, read: readConfiguration }
    const answered = await this.#requests.send(call, { lane: priority, signal }, retrying)
    return answered.map(({ value, attempt }) => ({ configuration: value, attempt }))
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

/** `AIGatewayAccessKeyConfigurationCreate` of the API document: what is declared, with the stamp in its metadata. */
function createBody({ configuration, stamp }: Draft): unknown {
  const { name, description, access, router } = configuration
  return { name, description, metadata: encodeMetadata(stamp, configuration.metadata), access, router }
}

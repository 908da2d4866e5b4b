import { ok, type ResultAsync } from 'neverthrow'
import type { ConfigurationPatch } from '../model/patch.ts'
import type { Report } from '../model/events.ts'
import type { ObservedConfiguration, References } from '../model/observed.ts'
import type { Stamp } from '../model/stamp.ts'
import { readAnswer } from './answer.ts'
import { accessKeys, configurations, referencesOf } from './collections.ts'
import { createBody, updateBody } from './configuration-body.ts'
import type { ObservedAccessKey } from './decode.ts'
import type { GatewayError } from './errors.ts'
import { describeFailure } from './failure.ts'
import type { Draft, Gateway, ProviderKeyGateway, Removal, RequestOptions, WriteOptions, Written } from './gateway.ts'
import { KnownPages } from './known-pages.ts'
import type { GatewayOptions } from './options.ts'
import { CONFIGURATIONS } from './paths.ts'
import { openProviderKeys } from './provider-keys.ts'
import { Requests, type Answered, type Call } from './requests.ts'
import { carries, findOne, hasId, listAll, pathOf, removeOne, writeOne, type Wire, type Write } from './resource.ts'

export type { GatewayOptions } from './options.ts'

export interface LimitedGateway extends Gateway {
  /** Its limits are others than before: what waits is looked at anew. */
  limitsChanged(): void
}

/** The gateway over HTTP. Nothing is imported or connected until the first request. */
export function openGateway(options: GatewayOptions, report: Report): LimitedGateway {
  return new HttpGateway(options, report)
}

/** The least that shows whether the gateway is there. */
const PROBE: Call<void> = {
  kind: 'read',
  method: 'GET',
  path: `${CONFIGURATIONS}?limit=1`,
  read: (answer, secret) => readAnswer(answer, () => ok(), secret),
}

class HttpGateway implements LimitedGateway {
  readonly providerKeys: ProviderKeyGateway
  readonly #wire: Wire
  readonly #configurations = { ...configurations, pages: new KnownPages<ObservedConfiguration>() }

  constructor(options: GatewayOptions, report: Report) {
    this.#wire = { requests: new Requests(options, report, PROBE), report }
    this.providerKeys = openProviderKeys(this.#wire)
  }

  get sent(): number {
    return this.#wire.requests.sent
  }

  list(options: RequestOptions = {}): ResultAsync<readonly ObservedConfiguration[], GatewayError> {
    const began = performance.now()
    return listAll(this.#wire, this.#configurations, options).map(({ items, pages }) => {
      const durationMs = Math.round(performance.now() - began)
      this.#wire.report({ event: 'gateway.listed', configurations: items.length, pages, durationMs })
      return items
    })
  }

  find(id: string, options: RequestOptions = {}): ResultAsync<ObservedConfiguration | undefined, GatewayError> {
    return findOne(this.#wire, configurations, id, options)
  }

  create(draft: () => Draft, options: WriteOptions): ResultAsync<Written, GatewayError> {
    let sent: Stamp | undefined
    const body = () => {
      const made = draft()
      sent = made.stamp
      return createBody(made)
    }
    const request = { method: 'POST', path: CONFIGURATIONS, body, fits: carries<ObservedConfiguration>(() => sent) } as const
    return writeOne(this.#wire, configurations, request, this.#asWrite(options)).map(written)
  }

  update(id: string, patch: ConfigurationPatch, options: WriteOptions): ResultAsync<Written, GatewayError> {
    const body = () => updateBody(patch)
    const request = { method: 'PATCH', path: pathOf(CONFIGURATIONS, id), body, fits: hasId<ObservedConfiguration>(id) } as const
    return writeOne(this.#wire, configurations, request, this.#asWrite(options)).map(written)
  }

  remove(id: string, options: WriteOptions): ResultAsync<Removal, GatewayError> {
    return removeOne(this.#wire, configurations, id, this.#asWrite(options))
  }

  references(options: RequestOptions = {}): ResultAsync<References, GatewayError> {
    return listAll(this.#wire, { ...accessKeys, pages: new KnownPages<ObservedAccessKey>() }, options).map(({ items }) =>
      referencesOf(items),
    )
  }

  limitsChanged(): void {
    this.#wire.requests.limitsChanged()
  }

  close(graceMs: number): Promise<void> {
    return this.#wire.requests.close(graceMs)
  }

  #asWrite({ key, ...options }: WriteOptions): Write {
    return {
      ...options,
      retrying: (error, attempt, delayMs) =>
        this.#wire.report({ event: 'config.retrying', key, attempt, delayMs, ...describeFailure(error) }),
    }
  }
}

function written({ value, attempt }: Answered<ObservedConfiguration>): Written {
  return { configuration: value, attempt }
}

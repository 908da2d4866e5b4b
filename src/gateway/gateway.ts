import type { ResultAsync } from 'neverthrow'
import type { ConfigurationPatch } from '../model/patch.ts'
import type { ObservedConfiguration, References } from '../model/observed.ts'
import type { ObservedProviderKey, ProviderKeyName } from '../model/provider-key.ts'
import type { ResolvedConfiguration } from '../model/resolved.ts'
import type { Secret } from '../model/secret.ts'
import type { Stamp } from '../model/stamp.ts'
import type { GatewayError } from './errors.ts'

/** The remote as a port: what reconciling needs of the gateway, and nothing of HTTP. */
export interface Gateway {
  /** How many requests have left so far, attempts and probes among them. */
  readonly sent: number

  /**
   * Every access key configuration of the account, newest first. Retried while the failure is transient.
   * @returns err when any page could not be had: half a listing is none
   */
  list(options?: RequestOptions): ResultAsync<readonly ObservedConfiguration[], GatewayError>

  /**
   * One configuration by its id, for when a listing does not show it. Retried like a listing.
   * @returns undefined where the gateway says that there is none (404)
   */
  find(id: string, options?: RequestOptions): ResultAsync<ObservedConfiguration | undefined, GatewayError>

  /**
   * Creates one configuration. Retried by itself only where the request surely changed nothing; an unknown outcome comes back
   * as an `ambiguous` error at once, for the caller to settle by listing.
   * @param draft called at the moment of sending, for each attempt anew
   */
  create(draft: () => Draft, options: WriteOptions): ResultAsync<Written, GatewayError>

  /**
   * Changes one configuration: what the patch leaves out stays, null clears, objects are replaced whole. Retried by itself only
   * where the request surely changed nothing; an unknown outcome comes back as an `ambiguous` error, for the caller to look.
   */
  update(id: string, patch: ConfigurationPatch, options: WriteOptions): ResultAsync<Written, GatewayError>

  /**
   * Deletes one configuration. Retried by itself only where the request surely changed nothing; an unknown outcome comes back as an
   * `ambiguous` error, for the caller to look.
   * @returns `gone` where the gateway says that there is none (404), `in-use` where an access key refers to it (`ERR_NGROK_27615`)
   */
  remove(id: string, options: WriteOptions): ResultAsync<Removal, GatewayError>

  /**
   * Which access keys refer to which configuration: a listing of every access key of the account. Retried like a listing.
   * @returns err when any page could not be had: half a listing is none
   */
  references(options?: RequestOptions): ResultAsync<References, GatewayError>

  readonly providerKeys: ProviderKeyGateway

  /** Waiting requests are dropped at once (`canceled`), those in flight may finish within `graceMs`. */
  close(graceMs: number): Promise<void>
}

/** The account's provider keys. Requests that carry a value are told of without a word of the answer to them. */
export interface ProviderKeyGateway {
  /** Every provider key of the account, newest first. As `Gateway.list`. */
  list(options?: RequestOptions): ResultAsync<readonly ObservedProviderKey[], GatewayError>

  /** One by its id. As `Gateway.find`. */
  find(id: string, options?: RequestOptions): ResultAsync<ObservedProviderKey | undefined, GatewayError>

  /** Creates one. As `Gateway.create`: an unknown outcome comes back, for the caller to settle by listing. */
  create(draft: () => ProviderKeyDraft, options: KeyWriteOptions): ResultAsync<WrittenKey, GatewayError>

  /** Changes its name or its metadata, never its value. As `Gateway.update`. */
  update(id: string, patch: ProviderKeyPatch, options: KeyWriteOptions): ResultAsync<WrittenKey, GatewayError>

  /** Gives it a value, and its name again. Doing it twice does no harm, but an unknown outcome comes back as well. */
  rotate(id: string, draft: () => RotationDraft, options: KeyWriteOptions): ResultAsync<WrittenKey, GatewayError>

  /** Deletes one. As `Gateway.remove`: `in-use` where a rule refers to it (`ERR_NGROK_27511`). */
  remove(id: string, options: KeyWriteOptions): ResultAsync<Removal, GatewayError>
}

/** `AIGatewayProviderAPIKeyCreate`. */
export interface ProviderKeyDraft extends ProviderKeyName {
  readonly value: Secret
  readonly stamp: Stamp
}

/** `AIGatewayProviderAPIKeyUpdate`, as far as it is ours. */
export interface ProviderKeyPatch {
  readonly name?: string
  readonly metadata?: string
}

/** `AIGatewayProviderAPIKeyRotate`. */
export interface RotationDraft {
  readonly name: string
  readonly value: Secret
}

export interface WrittenKey {
  readonly providerKey: ObservedProviderKey
  /** How many times it was sent. */
  readonly attempt: number
}

/** What a create carries. */
export interface Draft {
  /** With no provider key that is still to be made. */
  readonly configuration: ResolvedConfiguration
  readonly stamp: Stamp
}

export interface Written {
  readonly configuration: ObservedConfiguration
  /** How many times it was sent. */
  readonly attempt: number
}

export type Removal = 'removed' | 'gone' | 'in-use'

/** In order of precedence for the rate budget. */
export type Priority = 'fresh' | 'backlog' | 'resync'

export interface RequestOptions {
  /** Default `backlog`. */
  readonly priority?: Priority
  /** Gives up waiting, also between attempts. A request that has left is not called back. */
  readonly signal?: AbortSignal
}

/** `key` is named in the events of retries. */
export interface WriteOptions extends RequestOptions {
  readonly key: string
}

/** `subject` is named in the events of retries. */
export interface KeyWriteOptions extends RequestOptions {
  readonly subject: ProviderKeyName
}

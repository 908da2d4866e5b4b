/** How a request to the gateway can fail. */
export type GatewayError =
  /** No connection came about: the gateway has seen nothing. */
  | { readonly type: 'unreachable'; readonly code: string; readonly msg: string }
  /** The request left, its answer did not arrive whole: it may or may not have been carried out. */
  | { readonly type: 'lost'; readonly code: string; readonly msg: string }
  /** The gateway answered with an error (`Error` in the API document, or whatever a proxy in between sent). */
  | {
      readonly type: 'refused'
      readonly status: number
      readonly errorCode?: string
      readonly msg: string
      readonly operationId?: string
      /** From `Retry-After`, in milliseconds from when the answer came. */
      readonly retryAfterMs?: number
    }
  /** The answer claims success and is not what the API document promises. */
  | { readonly type: 'malformed'; readonly status: number; readonly msg: string }
  /** Given up before it was sent, because the caller asked. */
  | { readonly type: 'canceled' }

/** Worth retrying as it is; not worth it until something changes; or not known whether it was carried out. */
export type Disposition = 'transient' | 'permanent' | 'ambiguous'

/** Nothing was sent, and nothing will be. */
export const CANCELED: GatewayError = { type: 'canceled' }

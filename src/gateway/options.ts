import type { Rate } from '../model/rate.ts'

/** What may change while it runs: it holds for what leaves from then on. */
export interface Limits {
  /** Requests in flight. */
  readonly concurrency: number
  /** From sending to the last byte of the answer. */
  readonly requestTimeoutMs: number
  /** Further attempts after the first. */
  readonly retries: number
  readonly rateLimit: Rate | 'off'
}

export interface GatewayOptions {
  /** With or without a path prefix. */
  readonly apiUrl: string
  /** Read at each request. Its value reaches nothing but the `Authorization` header sent to `apiUrl`'s origin. */
  readonly token: () => string
  /** Where another token may come from. Left out: it stays as it is. */
  readonly renewal?: TokenRenewal
  /** Called when what was refused because of the token may be asked again. */
  readonly onReturn?: () => void
  /** Always as they are now. */
  readonly limits: () => Limits
  /** `endless` waits for a gateway that is down; `bounded` gives up what waits after `retries` probes. */
  readonly patience: 'endless' | 'bounded'
  readonly userAgent: string
  /** In [0, 1), for jitter. Default `Math.random`. */
  readonly random?: () => number
}

/** How a token that the gateway does not take is replaced while requests wait. */
export interface TokenRenewal {
  /** Looks for it again: before the gateway is asked whether it takes it now. */
  renew(): Promise<unknown>
  /** @param listener called whenever there is another one */
  onChange(listener: () => void): void
}

import { openGateway } from '../gateway/client.ts'
import type { Gateway } from '../gateway/gateway.ts'
import type { GatewayOptions } from '../gateway/options.ts'
import type { Report } from '../model/events.ts'
import type { Settings } from '../settings/settings.ts'
import type { Token } from '../settings/token.ts'

export interface RemoteOptions {
  readonly settings: Settings
  readonly token: Token
  /** Of this aigw-sync, for the gateway's records. */
  readonly version: string
}

/** The gateway as the settings have it. */
export function openRemote(
  { settings, token, version }: RemoteOptions,
  patience: GatewayOptions['patience'],
  report: Report,
): Gateway {
  const { apiUrl, concurrency, requestTimeout, retries, rateLimit } = settings
  return openGateway(
    {
      apiUrl,
      token: () => token.reveal(),
      concurrency,
      requestTimeoutMs: requestTimeout,
      retries,
      rateLimit,
      patience,
      userAgent: `aigw-sync/${version}`,
    },
    report,
  )
}

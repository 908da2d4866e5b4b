import { openGateway } from '../gateway/client.ts'
import type { Gateway } from '../gateway/gateway.ts'
import type { GatewayOptions } from '../gateway/options.ts'
import type { Report } from '../model/events.ts'
import type { Settings } from '../settings/settings.ts'
import type { TokenKeeper } from '../settings/token-keeper.ts'

export interface RemoteOptions {
  readonly settings: Settings
  readonly token: TokenKeeper
  /** Of this aigw-sync, for the gateway's records. */
  readonly version: string
  /** Called when what was refused because of the token may be asked again. */
  readonly onReturn?: () => void
}

/** The gateway as the settings have it. */
export function openRemote(
  { settings, token, version, onReturn }: RemoteOptions,
  patience: GatewayOptions['patience'],
  report: Report,
): Gateway {
  const { apiUrl, concurrency, requestTimeout, retries, rateLimit } = settings
  return openGateway(
    {
      apiUrl,
      token: token.current,
      renewal: token,
      ...(onReturn && { onReturn }),
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

import { type LimitedGateway, openGateway } from '../gateway/client.ts'
import type { GatewayOptions, Limits } from '../gateway/options.ts'
import type { Report } from '../model/events.ts'
import type { Settings } from '../settings/settings.ts'
import type { TokenKeeper } from '../settings/token-keeper.ts'

export interface RemoteOptions {
  /** Read whenever they count: a reload may change them. */
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
): LimitedGateway {
  return openGateway(
    {
      apiUrl: settings.apiUrl,
      token: token.current,
      renewal: token,
      ...(onReturn && { onReturn }),
      limits: () => limitsOf(settings),
      patience,
      userAgent: `aigw-sync/${version}`,
    },
    report,
  )
}

function limitsOf({ concurrency, requestTimeout: requestTimeoutMs, retries, rateLimit }: Settings): Limits {
  return { concurrency, requestTimeoutMs, retries, rateLimit }
}

import { boolean, choice, count, duration, path, rate, text, type Kind } from './kind.ts'
import { listenAddress } from './listen-address.ts'
import { DRIFT_POLICIES, LOG_FORMATS, LOG_LEVELS, POLICIES, type SettingName, type Settings } from './settings.ts'
import { gatewayUrl, webhookUrl } from './url.ts'

/**
 * Which part of a daemon takes another value at a reload. `restart`: none, since it tells one daemon from another, or was told to others
 * already; what it was at the start holds.
 */
export type Reload = 'restart' | 'rules' | 'timer' | 'requests' | 'source' | 'page' | 'webhook' | 'log'

export interface Setting<Value> {
  readonly kind: Kind<Exclude<Value, undefined>>
  /** As a person would write it. Left out: the meaning says what happens then. */
  readonly default?: string
  readonly reload: Reload
  /** One line, for help and documentation. */
  readonly meaning: string
}

/** Every setting: the only place that names one. Flags, variables, checks, help and documentation follow from it. */
export const CATALOGUE: { readonly [Name in SettingName]: Setting<Settings[Name]> } = {
  dir: { kind: path, default: 'configs', reload: 'restart', meaning: 'the folder of modules' },
  lockfile: { kind: path, default: 'aigw-sync.lock.json', reload: 'restart', meaning: 'where what was applied is recorded' },
  apiUrl: { kind: gatewayUrl, default: 'https://api.ngrok.ai', reload: 'restart', meaning: 'the API of the gateway' },
  allowHttp: {
    kind: boolean,
    default: 'false',
    reload: 'restart',
    meaning: 'the token may go over plain http to another machine, where anybody on the way can read it',
  },
  owner: {
    kind: text(/^[A-Za-z0-9._-]{1,64}$/, '1 to 64 letters, digits, dots, hyphens and underscores'),
    default: 'default',
    reload: 'restart',
    meaning: 'the name of our claim, in the stamp of every configuration',
  },
  policy: {
    kind: choice(POLICIES),
    default: 'upsert-only',
    reload: 'rules',
    meaning:
      'what may be done on the gateway: create-only changes nothing that exists, upsert-only deletes nothing, sync may do both',
  },
  drift: {
    kind: choice(DRIFT_POLICIES),
    default: 'correct',
    reload: 'rules',
    meaning:
      'what becomes of changes that others made: report corrects none, correct none whose correction lets a key reach more, correct-all all of them',
  },
  deleteGrace: {
    kind: duration('0ms', '24h'),
    default: '30s',
    reload: 'rules',
    meaning: 'under sync: how long an entry must be gone before its configuration is deleted',
  },
  deleteMax: {
    kind: count(0, 100_000),
    default: '10',
    reload: 'rules',
    meaning:
      'under sync: with more to delete than that, nothing is deleted; configurations and provider keys count by themselves',
  },
  deleteMaxPercent: {
    kind: count(0, 100),
    default: '30',
    reload: 'rules',
    meaning:
      'under sync: with more to delete than that percentage of what is managed (rounded up), nothing is deleted; configurations and provider keys count by themselves',
  },
  resyncInterval: {
    kind: duration('100ms', '24h'),
    default: '5m',
    reload: 'timer',
    meaning: 'time between two comparisons with the gateway',
  },
  settle: {
    kind: duration('0ms', '10s'),
    default: '20ms',
    reload: 'source',
    meaning: 'quiet time after a change before the folder is read',
  },
  concurrency: { kind: count(1, 256), default: '8', reload: 'requests', meaning: 'requests in flight at most' },
  requestTimeout: {
    kind: duration('100ms', '10m'),
    default: '30s',
    reload: 'requests',
    meaning: 'how long one request may take',
  },
  retries: { kind: count(0, 100), default: '5', reload: 'requests', meaning: 'tries of a request after the first' },
  rateLimit: {
    kind: rate,
    default: '110/60s',
    reload: 'requests',
    meaning: 'requests in any rolling window, or off; run keeps a tenth of it for what is saved while others wait',
  },
  evaluationTimeout: { kind: duration('100ms', '5m'), default: '5s', reload: 'source', meaning: 'how long one module may run' },
  evaluationMemory: {
    kind: count(32, 65_536, 'megabytes'),
    default: '256',
    reload: 'source',
    meaning: 'JavaScript heap for modules, in megabytes',
  },
  evaluatorSocket: {
    kind: path,
    reload: 'source',
    meaning:
      "the unix socket of the evaluator's own systemd unit, where modules run then, behind a stronger wall; by default they run in a child process",
  },
  requireAccess: {
    kind: boolean,
    default: 'false',
    reload: 'source',
    meaning: 'an entry whose access is left out or restricts nothing is an error',
  },
  plainSecrets: {
    kind: boolean,
    default: 'false',
    reload: 'source',
    meaning:
      "the values of providers' keys may stand in modules as plain text, for trials: whoever reads the folder has them then",
  },
  strictPermissions: {
    kind: boolean,
    default: 'true',
    reload: 'source',
    meaning:
      "the folder, all above it and the modules, and the folder of the evaluator's socket, must belong to root or the user that runs aigw-sync, and nobody else may write them; false reads them all the same",
  },
  adminListen: {
    kind: listenAddress,
    reload: 'page',
    meaning:
      'where a daemon has its status page, such as 127.0.0.1:9464: read-only, for whoever can reach it; by default it has none',
  },
  webhook: {
    kind: webhookUrl,
    reload: 'webhook',
    meaning: 'where failures, conflicts, drift and guards are posted as JSON; by default nowhere',
  },
  logLevel: { kind: choice(LOG_LEVELS), default: 'info', reload: 'log', meaning: 'events below this level are left out' },
  logFormat: {
    kind: choice(LOG_FORMATS),
    reload: 'restart',
    meaning: 'one JSON object a line, or lines for people; by default pretty on a terminal',
  },
}

export const SETTING_NAMES = Object.keys(CATALOGUE) as readonly SettingName[]

export const VARIABLE_PREFIX = 'AIGW_SYNC_'

/** Which settings file to load, instead of looking for one: no setting itself. */
export const FILE_FLAG = '--settings'
export const FILE_VARIABLE = 'AIGW_SYNC_SETTINGS'

/** `--resync-interval`. */
export function flagOf(name: SettingName): string {
  return `--${words(name).join('-').toLowerCase()}`
}

/** `AIGW_SYNC_RESYNC_INTERVAL`. */
export function variableOf(name: SettingName): string {
  return VARIABLE_PREFIX + words(name).join('_').toUpperCase()
}

function words(name: SettingName): readonly string[] {
  return name.split(/(?=[A-Z])/)
}

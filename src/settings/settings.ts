import type { Rate } from '../model/rate.ts'
import type { ListenAddress } from './listen-address.ts'

/** What the daemon is told, checked and complete. Where each value may come from is in `catalogue.ts`. */
export interface Settings {
  /** The folder of modules, absolute. */
  readonly dir: string
  /** Absolute. */
  readonly lockfile: string
  /** Without a slash at the end. */
  readonly apiUrl: string
  /** Whether `apiUrl` may be plain http to another machine. */
  readonly allowHttp: boolean
  readonly owner: string
  readonly policy: Policy
  readonly drift: DriftPolicy
  /** Milliseconds that an entry must be gone before its configuration may be deleted. */
  readonly deleteGrace: number
  /** Deletions at once at most. */
  readonly deleteMax: number
  /** Of what is managed, from 0 to 100. */
  readonly deleteMaxPercent: number
  /** Milliseconds between two resyncs. */
  readonly resyncInterval: number
  /** Milliseconds of quiet after a change. */
  readonly settle: number
  /** Requests in flight at most. */
  readonly concurrency: number
  /** Milliseconds. */
  readonly requestTimeout: number
  /** Tries after the first. */
  readonly retries: number
  readonly rateLimit: Rate | 'off'
  /** Milliseconds for one batch of modules. */
  readonly evaluationTimeout: number
  /** Megabytes. */
  readonly evaluationMemory: number
  /** The unix socket of the evaluator's unit, absolute. Undefined: modules run in a child process. */
  readonly evaluatorSocket: string | undefined
  readonly requireAccess: boolean
  readonly plainSecrets: boolean
  /** Whether what others than root and the daemon's user may write is refused. */
  readonly strictPermissions: boolean
  /** Undefined: nowhere but on the unix socket. */
  readonly adminListen: ListenAddress | undefined
  /** Where to post what a person may have to do something about. Undefined: nowhere. It may hold a secret. */
  readonly webhook: string | undefined
  readonly logLevel: LogLevel
  /** Undefined: by terminal. */
  readonly logFormat: LogFormat | undefined
}

export type SettingName = keyof Settings

export const POLICIES = ['create-only', 'upsert-only', 'sync'] as const
export type Policy = (typeof POLICIES)[number]

export const DRIFT_POLICIES = ['report', 'correct', 'correct-all'] as const
export type DriftPolicy = (typeof DRIFT_POLICIES)[number]

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export const LOG_FORMATS = ['json', 'pretty'] as const
export type LogFormat = (typeof LOG_FORMATS)[number]

import type { AccessKeyRef } from './observed.ts'
import type { DeleteReason, GuardName, KeyProblem, KeyStay, Reach, RotateReason, Stay, UpdateReason } from './planned.ts'
import type { ProviderKeyName } from './provider-key.ts'

/**
 * Everything aigw-sync ever says, by stable name. Rooms report events as plain data; `log/` gives them a level and a sentence.
 *
 * Common fields: `key` is the entry's key, `id` the configuration's id on the gateway, `attempt` counts from 1, `delayMs` is how
 * long the next attempt waits, `status`, `errorCode` and `operationId` come from the gateway's answer.
 */
export interface EventFields {
  'daemon.started': {
    version: string
    pid: number
    node: string
    dir: string
    lockfile: string
    apiUrl: string
    owner: string
    policy: string
  }
  /** The folder is watched, the gateway was listed, the plan is made; `pending` entries are being worked on. */
  'daemon.ready': { entries: number; pending: number; durationMs: number }
  /** A signal asked it to read everything anew. */
  'daemon.reloading': { signal: string }
  /** It was read anew: which settings are others now, and take effect. */
  'daemon.reloaded': { settings: readonly string[]; durationMs: number }
  /** Settings that were read anew do not hold: all stay as they were. */
  'settings.refused': { msg: string }
  /** These are others where settings are written, and only a restart takes them. */
  'settings.postponed': { settings: readonly string[] }
  'daemon.stopping': { signal: string; inFlight: number }
  'daemon.stopped': { durationMs: number; unfinished: number }
  'daemon.failed': Failure
  /** So many events were not told where `webhook` says, and will not be. */
  'webhook.failed': Failure & { count: number }
  /** The service manager does not hear of the daemon. */
  'daemon.unnotified': { msg: string; errorCode?: string }
  /** It answers over TCP at this URL, read-only, beside its socket. */
  'admin.listening': { url: string }
  /** The daemon goes on without its admin socket; with `url`, without being asked there. */
  'admin.failed': { url?: string; msg: string; errorCode?: string }

  /** Requests carry another token from now on. */
  'token.renewed': { place: string }
  /** Its place holds no usable token any more: the one that is there stays. */
  'token.unreadable': { place: string; msg: string }

  'emulator.started': { url: string }

  /** The folder was read: how many modules there are, how many were evaluated for it, how many do not load. */
  'source.loaded': { files: number; entries: number; evaluated: number; invalid: number; durationMs: number }
  'source.invalid': ModuleProblem
  'source.recovered': { file: string }
  /** The folder vanished; nothing is concluded from that. */
  'source.missing': { dir: string }
  'source.found': { dir: string }
  'source.degraded': { msg: string }
  /** Once at the start, where the system at hand lacks something that keeps config modules in. */
  'evaluator.exposed': { gaps: readonly EvaluatorGap[] }
  /** Modules that are to be evaluated wait. */
  'evaluator.unavailable': { msg: string; attempt: number; delayMs: number }
  'evaluator.recovered': { durationMs: number }
  'evaluator.restarted': { reason: 'timeout' | 'memory' | 'exit' | 'recycled'; file?: string }

  /**
   * Counts by kind of change; kinds that do not occur are left out. `providerKeys` counts what is to be done about managed ones, and is
   * left out where that is nothing.
   */
  'plan.computed': { changes: Record<string, number>; providerKeys?: Record<string, number>; durationMs: number }
  /** An entry without `access`: its keys may reach every provider and model. */
  'config.unrestricted': { key: string }
  'config.created': Subject & { name: string; attempt: number; durationMs: number; settled?: boolean }
  /** Taken over from nobody, as was asked for: it carries our stamp now, and is otherwise as it was. */
  'config.adopted': Subject & { name: string; attempt: number; durationMs: number }
  'config.updated': Subject & Rewritten & { reason: UpdateReason }
  /** Declared under another key than before: the configuration keeps its id. */
  'config.moved': Subject & Rewritten & { from: string }
  /** Found on the gateway by its stamp and recorded in the lockfile. */
  'config.linked': Subject & { name: string }
  /** What is declared differs from what was applied, and the policy does not allow to change it. */
  'config.outdated': Subject
  /** The lockfile names an id that the gateway does not know any more: it is created again. */
  'config.missing': Subject
  /** `accessKeys` keep it, where it stays because it is `in-use`. */
  'config.orphaned': Subject & { stays: Stay; source?: string; accessKeys?: readonly AccessKeyRef[] }
  'config.deleted': Subject & { reason: DeleteReason; attempt: number; durationMs: number }
  /** Neither declared nor on the gateway any more. */
  'config.forgotten': Subject
  /** `msg` where it is a provider key that cannot be decided. */
  'config.conflict': { key: string; reason: string; ids?: readonly string[]; sources?: readonly string[]; msg?: string }
  'config.retrying': Failure & { key: string; attempt: number; delayMs: number }
  /** `reason` where it is a provider key that the entry declares. */
  'config.failed': Failure & {
    key: string
    /** What was to be done. */
    change: string
    attempt: number
    permanent: boolean
    delayMs?: number
    reason?: KeyProblem['type']
  }
  /**
   * Somebody changed it on the gateway: `fields` differ from what is declared, and `reach` tells whether a key reaches more or less
   * there than declared. `action` is what is done about it.
   */
  'drift.detected': Subject & {
    reason: Exclude<UpdateReason, 'edited'>
    fields: readonly string[]
    reach: Reach
    action: 'correct' | 'report' | 'hold'
    lastUpdatedBy: string
    updatedAt: string
  }
  /** Too much is to be deleted, or nothing is known of what was applied: the plan is not carried out, or its deletions are not. */
  'guard.blocked': { guard: GuardName; count: number; limit: number; managed: number; confirm?: number }
  'guard.cleared': { guard: GuardName }

  /** How long it failed is in `durationMs`. */
  'config.recovered': Subject & { durationMs: number }

  /** A managed provider key exists on the gateway. */
  'provider-key.created': KeySubject & { attempt: number; durationMs: number; settled?: boolean }
  /** It has the value that its secret has now. */
  'provider-key.rotated': KeySubject & { reason: RotateReason; attempt: number; durationMs: number }
  /** Its name or its stamp, which somebody had changed, is as declared again. */
  'provider-key.updated': KeySubject & { fields: readonly string[]; attempt: number; durationMs: number }
  /** Its secret has another value than was applied, and the policy does not allow to change it. */
  'provider-key.outdated': KeySubject
  'provider-key.deleted': KeySubject & { reason: DeleteReason; attempt: number; durationMs: number }
  /** No entry declares it any more, and it stays for now. `configurations` refer to it, where it stays because it is `in-use`. */
  'provider-key.orphaned': KeySubject & { stays: KeyStay; configurations?: readonly string[] }
  /** Somebody gave it another value, another name, or took its stamp away. */
  'provider-key.drifted': KeySubject & {
    fields: readonly ('value' | 'name' | 'metadata')[]
    action: 'correct' | 'report' | 'hold'
    lastUpdatedBy: string
    updatedAt: string
  }
  'provider-key.retrying': Failure & ProviderKeyName & { attempt: number; delayMs: number }
  'provider-key.failed': Failure & KeySubject & { attempt: number; permanent: boolean; delayMs?: number }
  'provider-key.recovered': KeySubject & { durationMs: number }

  /** A listing that takes long: how far it has come. */
  'gateway.listing': { path: string; pages: number; items: number }
  'gateway.listed': { configurations: number; pages: number; durationMs: number }
  /** A request left, and came to its end: with an answer, or without (`errorCode`). */
  'gateway.requested': { method: string; collection: string; durationMs: number; status?: number; errorCode?: string }
  'gateway.retrying': Failure & { attempt: number; delayMs: number }
  'gateway.unreachable': Failure & { delayMs: number }
  /** It goes on not to be reached, or to refuse the token. */
  'gateway.waiting': Failure & { durationMs: number }
  'gateway.recovered': { durationMs: number }
  /** The rate budget is spent, or the gateway asked for a pause. */
  'gateway.throttled': { delayMs: number; reason: 'budget' | 'asked' }
  /** Where only `writing` is refused, the gateway takes the token for reading. */
  'gateway.rejected': Failure & { scope?: 'writing' }

  'lockfile.rebuilt': { reason: 'missing' | 'damaged' | 'other-gateway'; entries: number; aside?: string }
  'lockfile.written': { entries: number; durationMs: number }
  'lockfile.failed': Failure
}

export interface Subject {
  key: string
  id: string
}

/**
 * `network`: only our own JavaScript keeps a module from connecting. `orphans`: an endless loop outlives a daemon that is killed.
 * `memory`: what lies outside of the JavaScript heap is not bounded.
 */
export type EvaluatorGap = 'network' | 'orphans' | 'memory'

/** A provider key of ours: `provider` and `name` as declared, `id` on the gateway. */
export interface KeySubject extends ProviderKeyName {
  id: string
}

/** A change of what was there: which fields, what it does to the reach of keys, and how it went. */
export interface Rewritten {
  name: string
  fields: readonly string[]
  reach: Reach
  attempt: number
  durationMs: number
}

/** How something failed, in the words of whoever refused it. */
export interface Failure {
  msg: string
  status?: number
  /** `ERR_NGROK_…` from the gateway, or the system's code (`ECONNREFUSED`, `ENOSPC`). */
  errorCode?: string
  operationId?: string
}

/** Why a module does not load, and where. */
export interface ModuleProblem {
  /** The module's path below the folder. */
  file: string
  problem: ProblemKind
  /** What was expected, what came, and the way out. */
  msg: string
  /** 1-based position in the file as the user wrote it. */
  line?: number
  column?: number
  /** Where in the data: `router.rules[0].steps[0].keys`. */
  path?: string
  /** The lines around the place, with a marker. Plain text without colours. */
  frame?: string
  /** Keys the module declared last time it loaded; they keep what they had. */
  keys?: readonly string[]
}

export type ProblemKind = 'unreadable' | 'unsafe' | 'syntax' | 'import' | 'threw' | 'timeout' | 'exit' | 'invalid'

export type EventName = keyof EventFields

export type SyncEvent = { [Name in EventName]: { event: Name } & EventFields[Name] }[EventName]

/** Where a room's events go. Never throws. */
export type Report = (event: SyncEvent) => void

import type { Configuration } from './configuration.ts'
import type { Managed, ManagedKeyUse } from './provider-key.ts'

/** One declared configuration under its stable key. */
export interface Entry {
  /** `team-a/chatbot`, `team-a/chatbot#web`, or the declaration's own `key`. */
  readonly key: string
  /** The module's path below the folder, with extension and forward slashes. */
  readonly source: string
  readonly configuration: Configuration
  /** `contentDigest` of the configuration: equal digests, equal content. Where a secret is does not count, nor what it is. */
  readonly digest: string
  /** Each place that says `{ name, value }`, in order. Left out where there is none. */
  readonly managedKeys?: readonly ManagedKeyUse[]
  readonly protect: boolean
  readonly renamedFrom?: string
  /** The id of a configuration to take over. */
  readonly adopt?: string
}

/** Why a key is known but must not be touched. */
export interface Hold {
  readonly key: string
  /** The modules that cause it. */
  readonly sources: readonly string[]
  readonly reason: 'duplicate-key'
}

/** What the folder declares, as far as it could be read. */
export interface DesiredState {
  readonly entries: ReadonlyMap<string, Entry>
  readonly held: ReadonlyMap<string, Hold>
  /** What entries say of managed provider keys, by `providerKeyId`. */
  readonly managed: ReadonlyMap<string, Managed>
  /**
   * Paths of modules that do not load at present. The entries they last declared are still in `entries`; what they declared in
   * an earlier life of the daemon is known only to the lockfile, by `source`.
   */
  readonly broken: ReadonlySet<string>
  /** False while the folder itself is missing or could not be read: absence of an entry then means nothing. */
  readonly complete: boolean
}

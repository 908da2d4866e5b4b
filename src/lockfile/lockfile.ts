import type { Digest } from '../model/digest.ts'

/** `aigw-sync.lock.json`: what we last applied. Readable, and expendable: the stamps on the gateway can rebuild it. */
export interface Lockfile {
  readonly lockfileVersion: 1
  readonly owner: string
  readonly apiUrl: string
  /** By key. A map, because `__proto__` and `constructor` are keys like any other. */
  readonly entries: ReadonlyMap<string, AppliedEntry>
}

/** What the lockfile says we last wrote for a key. */
export interface AppliedEntry {
  readonly id: string
  readonly name: string
  /** The module that declared it, below the folder. */
  readonly source: string
  readonly digest: Digest
  readonly nonce: string
  /** Keyed fingerprints of secrets, by their path in the configuration. */
  readonly secrets: Readonly<Record<string, string>>
  readonly protect?: true
  /** RFC 3339, our clock: when we wrote to the gateway. */
  readonly appliedAt: string
  /** RFC 3339, the gateway's `updatedAt` after that write. */
  readonly updatedAt: string
}

import type { SyncEvent } from '../../model/events.ts'
import { providerKeyId } from '../../model/provider-key.ts'

/** What became of managed provider keys. */
export interface KeyCounts extends Readonly<Record<Done, number>> {
  /** Failed until something changes. */
  readonly failed: number
  /** Failed for the time being. */
  readonly retrying: number
}

type Done = 'created' | 'rotated' | 'updated' | 'deleted'

/** Counts what events say of managed provider keys. */
export class KeyTally {
  readonly #done: Record<Done, number> = { created: 0, rotated: 0, updated: 0, deleted: 0 }
  /** Those that fail, and whether they do so until something changes. */
  readonly #failing = new Map<string, boolean>()

  count(event: SyncEvent): void {
    if (event.event === 'provider-key.failed') this.#failing.set(providerKeyId(event), event.permanent)
    if (event.event === 'provider-key.recovered') this.#failing.delete(providerKeyId(event))
    if (!isDone(event)) return
    this.#done[DONE[event.event]]++
    this.#failing.delete(providerKeyId(event))
  }

  get counts(): KeyCounts {
    const failed = [...this.#failing.values()].filter((isPermanent) => isPermanent).length
    return { ...this.#done, failed, retrying: this.#failing.size - failed }
  }
}

const DONE = {
  'provider-key.created': 'created',
  'provider-key.rotated': 'rotated',
  'provider-key.updated': 'updated',
  'provider-key.deleted': 'deleted',
} as const satisfies { readonly [What in Done as `provider-key.${What}`]: What }

function isDone(event: SyncEvent): event is Extract<SyncEvent, { readonly event: keyof typeof DONE }> {
  return Object.hasOwn(DONE, event.event)
}

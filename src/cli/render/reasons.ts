import type { ChangeDocument } from './change-document.ts'

/** A change that is told by itself; what is unchanged is only counted. */
export type ToldChange = Exclude<ChangeDocument, { readonly kind: 'noop' }>

/** Why a change is planned, in a few words, and what keeps it from being made. */
export function reasonOf(change: ToldChange): string {
  const held = 'withheld' in change && change.withheld
  return held ? `${reason(change)}; withheld: the policy create-only changes nothing that exists` : reason(change)
}

function reason(change: ToldChange): string {
  switch (change.kind) {
    case 'create':
      return change.reason === 'new'
        ? `declared in ${change.source}`
        : `declared in ${change.source}; ${change.missing ?? 'what it was'} is gone from the gateway`
    case 'update':
      return change.reason === 'edited' ? `edited in ${change.source}` : `found by its stamp; ${change.source} says otherwise`
    case 'move':
      return change.reason === 'renamed-from'
        ? `was ${change.from}, as ${change.source} says`
        : `was ${change.from}, with the same content; now in ${change.source}`
    case 'orphan':
      return `no longer declared${change.source === null ? '' : ` (it was in ${change.source})`}: left alone`
    case 'conflict':
      return conflict(change)
  }
}

function conflict({ reason: why, ids, sources }: Extract<ToldChange, { readonly kind: 'conflict' }>): string {
  switch (why) {
    case 'duplicate-key':
      return `declared more than once (${sources.join(', ')}); keep one, or give the other a key of its own`
    case 'duplicate-configuration':
      return `more than one configuration carries its stamp (${ids.join(', ')}); delete all but one`
    case 'claimed-by-other':
      return `its configuration now carries the stamp of another (${ids.join(', ')})`
  }
}

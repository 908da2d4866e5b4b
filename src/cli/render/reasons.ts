import { describeAccessKey, STAYS } from '../../log/words.ts'
import type { MoveReason, Withheld } from '../../plan/change.ts'
import type { ChangeDocument } from './change-document.ts'

/** A change that is told by itself; what is unchanged is only counted. */
export type ToldChange = Exclude<ChangeDocument, { readonly kind: 'noop' }>

/** Why a change is planned, in a few words, and what keeps it from being made. */
export function reasonOf(change: ToldChange): string {
  const withheldBy = 'withheldBy' in change ? change.withheldBy : null
  return withheldBy === null ? reason(change) : `${reason(change)}; withheld: ${WITHHELD[withheldBy]}`
}

const WITHHELD: Readonly<Record<Withheld, string>> = {
  policy: 'the policy create-only changes nothing that exists',
  report: 'the setting drift says to report only',
  widening: 'it would let keys reach more than somebody left them; edit the declaration, or run with --drift correct-all',
}

function reason(change: ToldChange): string {
  switch (change.kind) {
    case 'create':
      return change.reason === 'new'
        ? `declared in ${change.source}`
        : `declared in ${change.source}; ${change.missing ?? 'what it was'} is gone from the gateway`
    case 'adopt':
      return `taken over, as ${change.source} says${change.fields.length > 0 ? '; then made what is declared' : ''}`
    case 'update':
      return update(change)
    case 'move':
      return `was ${change.from}, ${MOVES[change.reason]}; now in ${change.source}`
    case 'delete':
      return change.reason === 'surplus'
        ? 'a lost attempt of ours to create it, and nothing refers to it'
        : `no longer declared${wasIn(change.source)}`
    case 'orphan':
      return `no longer declared${wasIn(change.source)}: it stays, ${staying(change)}`
    case 'conflict':
      return conflict(change)
  }
}

function update({ reason: why, source, lastUpdatedBy, updatedAt }: Extract<ToldChange, { readonly kind: 'update' }>): string {
  const last = `changed on the gateway by ${lastUpdatedBy} at ${updatedAt}`
  switch (why) {
    case 'edited':
      return `edited in ${source}`
    case 'found':
      return `found by its stamp; ${source} says otherwise`
    case 'drift':
      return last
    case 'stamp':
      return `its stamp is gone: ${last}`
  }
}

const MOVES: Readonly<Record<MoveReason, string>> = {
  'renamed-from': 'as its module says',
  'same-content': 'with the same content',
  'same-source': 'the only entry of its module',
  stamp: 'by its stamp',
}

function wasIn(source: string | null): string {
  return source === null ? '' : ` (it was in ${source})`
}

function staying({ stays, accessKeys }: Extract<ToldChange, { readonly kind: 'orphan' }>): string {
  if (stays !== 'in-use') return STAYS[stays]
  const users = accessKeys.map(({ id, name }) => describeAccessKey({ id, ...(name !== null && { name }) }))
  return `in use by ${users.length === 0 ? 'an access key' : users.join(', ')}`
}

function conflict({ reason: why, ids, sources, problem }: Extract<ToldChange, { readonly kind: 'conflict' }>): string {
  switch (why) {
    case 'duplicate-key':
      return `declared more than once (${sources.join(', ')}); keep one, or give the other a key of its own`
    case 'duplicate-configuration':
      return `more than one configuration carries its stamp (${ids.join(', ')}), and it is not clear which to keep; delete all but one`
    case 'claimed-by-other':
      return `the configuration it had, or wants to adopt, belongs to another entry or owner (${ids.join(', ')})`
    case 'adopt-missing':
      return `there is no ${ids.join(', ')} to adopt; correct the id in ${sources.join(', ')}, or leave \`adopt\` out to have one created`
    case 'secret-missing':
    case 'provider-key-unknown':
    case 'provider-key-ambiguous':
    case 'provider-key-contradiction':
    case 'provider-key-taken':
    case 'provider-key-duplicate':
      return problem?.msg ?? why
  }
}

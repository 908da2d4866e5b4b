import type { KeyState, StatusDocument, StatusProviderKey } from '../../daemon/status/document.ts'
import { count, shortList, UPON_KEY_CHANGE } from '../../log/words.ts'
import { describeProviderKey } from '../../model/provider-key.ts'
import type { Line, Style } from './text.ts'

/** What a person may have to do something about comes first. */
const STATES = ['failed', 'conflict', 'drift', 'held', 'pending', 'orphan', 'applied'] as const satisfies readonly KeyState[]

const SIGNS = {
  failed: ['×', 'red'],
  conflict: ['!', 'red'],
  drift: ['!', 'yellow'],
  held: ['!', 'yellow'],
  pending: ['~', 'cyan'],
  orphan: ['·', 'dim'],
  applied: ['✓', 'green'],
} as const satisfies Record<KeyState, readonly [sign: string, style: Style]>

const STATE_WIDTH = 'orphaned'.length

/** A line for each managed provider key that needs attention. @param all also for those that do not */
export function keyLines({ providerKeys }: StatusDocument, all: boolean): readonly Line[] {
  return STATES.filter((state) => all || state !== 'applied').flatMap((state) =>
    providerKeys.filter((key) => key.state === state && key.reason !== 'unknown-ids').map(keyLine),
  )
}

function keyLine(key: StatusProviderKey): Line {
  const [sign, style] = SIGNS[key.state]
  const { provider, name, id } = key
  const isNamed = provider !== null && name !== null
  return [
    { style, text: `${sign} ${key.state.padEnd(STATE_WIDTH)}` },
    '  provider key ',
    { style: 'bold', text: isNamed ? describeProviderKey({ provider, name }) : (id ?? '') },
    { style: 'dim', text: isNamed && id !== null ? `  ${id}` : '' },
    `  ${[saying(key), usedBy(key)].filter((text) => text !== '').join('; ')}`.trimEnd(),
  ]
}

function saying({ state, reason, msg }: StatusProviderKey): string {
  if (reason === 'unlisted') return 'the gateway has not been listed yet'
  if (reason === 'refused') return `refused: ${msg}; ${UPON_KEY_CHANGE}`
  if (reason === 'retrying') return `failed: ${msg}; it is tried again by itself`
  const work = state === 'pending' && reason !== null ? WORK[reason] : undefined
  return work === undefined ? (msg ?? '') : `${work}: ${msg}`
}

const WORK: { readonly [Reason in NonNullable<StatusProviderKey['reason']>]?: string } = {
  create: 'to be created',
  rotate: 'to be rotated',
  update: 'to be updated',
  delete: 'to be deleted',
}

/** A create says so itself. */
function usedBy({ entries, reason }: StatusProviderKey): string {
  return entries.length === 0 || reason === 'create' ? '' : `used by ${shortList(entries)}`
}

/** `3 provider keys: 2 applied, 1 drift.` */
export function keyCountLines({ providerKeys }: StatusDocument): readonly Line[] {
  if (providerKeys.length === 0) return []
  const amounts = STATES.toReversed().map((state) => [providerKeys.filter((key) => key.state === state).length, state] as const)
  const parts = amounts.flatMap(([amount, state]) => (amount > 0 ? [`${amount} ${state}`] : []))
  return [[{ style: 'bold', text: count(providerKeys.length, 'provider key') }, `: ${parts.join(', ')}.`]]
}

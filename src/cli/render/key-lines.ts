import { count, KEY_HELD, keyFields, keyStaying, shortList } from '../../log/words.ts'
import type { RotateReason } from '../../model/planned.ts'
import { describeProviderKey } from '../../model/provider-key.ts'
import type { KeyWithheld } from '../../plan/key-change.ts'
import type { KeyChangeDocument, KeySummary } from './key-document.ts'
import { labelled } from './labelled.ts'
import type { Line, Style } from './text.ts'

/** A change that is told by itself; what is unchanged is only counted. */
export type ToldKeyChange = Exclude<KeyChangeDocument, { readonly kind: 'noop' }>

const SIGNS = {
  create: ['+', 'green'],
  rotate: ['~', 'yellow'],
  update: ['~', 'yellow'],
  delete: ['-', 'red'],
  orphan: ['·', 'dim'],
} as const satisfies Record<ToldKeyChange['kind'], readonly [sign: string, style: Style]>

/** A block for a managed provider key. @param kindWidth as for entries */
export function keyLines(change: ToldKeyChange, kindWidth: number): readonly Line[] {
  const [sign, style] = SIGNS[change.kind]
  const head: Line = [
    { style, text: `${sign} ${change.kind.padEnd(kindWidth)}` },
    '  provider key ',
    { style: 'bold', text: describeProviderKey(change) },
    { style: 'dim', text: change.id === null ? '' : `  ${change.id}` },
    `  ${keyReason(change)}`,
  ]
  return [head, ...moreLines(change), []]
}

function moreLines(change: ToldKeyChange): readonly Line[] {
  switch (change.kind) {
    case 'create':
      return [...labelled('value', [[change.secret]]), ...labelled('', [LIVE])]
    case 'rotate':
      return [...labelled('value', [[change.secret]]), ...labelled('used by', [[shortList(change.entries)]])]
    case 'update':
      return [...(change.fields.includes('name') ? nameLines(change) : []), ...labelled('used by', [[shortList(change.entries)]])]
    case 'delete':
    case 'orphan':
      return []
  }
}

/** Said aloud: it is in use before any rule refers to it. */
const LIVE: Line = [
  { style: 'dim', text: 'a live credential: access keys that have no configuration use it as soon as it is made' },
]

function nameLines({ name, nameBefore }: Extract<ToldKeyChange, { readonly kind: 'update' }>): readonly Line[] {
  return labelled('name', [[`${JSON.stringify(nameBefore)} → ${JSON.stringify(name)}`]])
}

/** What is done to a provider key and why, in a few words, and what keeps it from being done. */
export function keyReason(change: ToldKeyChange): string {
  const withheldBy = 'withheldBy' in change ? change.withheldBy : null
  return withheldBy === null ? reason(change) : `${reason(change)}; withheld: ${WITHHELD[withheldBy]}`
}

const WITHHELD: Readonly<Record<KeyWithheld, string>> = {
  policy: 'the policy create-only changes nothing that exists',
  report: 'the setting drift says to report only',
  hold: KEY_HELD,
}

function reason(change: ToldKeyChange): string {
  switch (change.kind) {
    case 'create':
      return `used by ${count(change.entries.length, 'entry', 'entries')}: ${shortList(change.entries)}`
    case 'rotate':
      return change.reason === 'drift' ? `${ROTATIONS.drift}${by(change)}` : ROTATIONS[change.reason]
    case 'update':
      return `its ${keyFields(change.fields)} changed on the gateway${by(change)}`
    case 'delete':
      return change.reason === 'surplus'
        ? 'a lost attempt of ours to make it, and nothing refers to it'
        : 'no entry declares it any more'
    case 'orphan':
      return `no entry declares it any more: it stays, ${keyStaying(change.stays, change.configurations)}`
  }
}

function by({ lastUpdatedBy, updatedAt }: Extract<ToldKeyChange, { readonly lastUpdatedBy: string }>): string {
  return ` by ${lastUpdatedBy} at ${updatedAt}`
}

const ROTATIONS: Readonly<Record<RotateReason, string>> = {
  edited: 'its value has changed',
  found: 'what was applied to it is not known',
  drift: 'it was given another value on the gateway',
}

const COUNTED = [
  ['create', 'to create'],
  ['rotate', 'to rotate'],
  ['update', 'to update'],
  ['delete', 'to delete'],
  ['noop', 'unchanged'],
  ['orphan', 'no longer declared and kept'],
  ['withheld', 'withheld'],
] as const satisfies readonly (readonly [keyof KeySummary, string])[]

/** `2 provider keys to create, 1 to rotate`; empty where there is none. */
export function keyCounts(summary: KeySummary): string {
  return COUNTED.flatMap(([kind, words]) => (summary[kind] > 0 ? [[summary[kind], words] as const] : []))
    .map(([amount, words], index) => `${index === 0 ? count(amount, 'provider key') : amount} ${words}`)
    .join(', ')
}

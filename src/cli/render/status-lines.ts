import type { EntryState, StateReason, StatusDocument, StatusEntry } from '../../daemon/status/document.ts'
import { guarded } from '../../log/catalogue/drift.ts'
import { count, list, UPON_CHANGE, UPON_KEYS } from '../../log/words.ts'
import { keyCountLines, keyLines } from './status-key-lines.ts'
import type { Line, Style } from './text.ts'

export interface StatusView {
  /** There is neither a daemon nor a lockfile. */
  readonly isMissing: boolean
  /** Whether to tell each managed entry. */
  readonly all: boolean
}

/** What `status` prints: whether a daemon runs, what needs attention, how much there is. */
export function statusLines(document: StatusDocument, { isMissing, all }: StatusView): readonly Line[] {
  const { guards, invalid, entries } = document
  const states = all ? [...ATTENTION, 'managed' as const] : ATTENTION
  const told = states.flatMap((state) => entries.filter((entry) => entry.state === state && entry.reason !== 'unknown-ids'))
  return [
    ...(document.running ? runningLines(document) : [absentLine(document, isMissing)]),
    [],
    ...apart(guards.map((guard) => [{ style: 'red', text: '■ ' }, guarded(guard)])),
    ...apart(invalid.map((file) => [{ style: 'red', text: '× ' }, `${file} does not load; aigw-sync validate says why`])),
    ...apart(told.map(entryLine)),
    ...apart(keyLines(document, all)),
    countLine(document),
    ...keyCountLines(document),
  ]
}

/** What a person may have to do something about comes first. */
const ATTENTION = ['failing', 'held', 'pending', 'orphaned'] as const satisfies readonly EntryState[]

const SIGNS = {
  failing: ['×', 'red'],
  held: ['!', 'yellow'],
  pending: ['~', 'cyan'],
  orphaned: ['·', 'dim'],
  managed: ['✓', 'green'],
} as const satisfies Record<EntryState, readonly [sign: string, style: Style]>

const STATE_WIDTH = 'orphaned'.length

function runningLines({ pid, version, startedAt, readyAt, lastListedAt, ...place }: StatusDocument): readonly Line[] {
  const { dir, apiUrl, owner, policy, drift } = place
  const ready = readyAt === null ? 'not ready yet' : `ready since ${readyAt}`
  const listed = lastListedAt === null ? 'the gateway has not been listed yet' : `the gateway was last listed at ${lastListedAt}`
  return [
    [{ style: 'bold', text: 'Running' }, ` since ${startedAt} (pid ${pid}, aigw-sync ${version}): ${ready}; ${listed}.`],
    [`From ${dir} to ${apiUrl}, owner ${owner}, policy ${policy}, drift ${drift}.`],
  ]
}

function absentLine({ lockfile }: StatusDocument, isMissing: boolean): Line {
  const told = isMissing
    ? ', and there is no such lockfile: nothing is known to be managed. aigw-sync plan tells what there is to do.'
    : ': this is what was applied last, as the lockfile says. Nothing was asked of the gateway.'
  return [{ style: 'bold', text: 'No daemon answers' }, ` for ${lockfile}${told}`]
}

/** With an empty line behind them, where there are any. */
function apart(lines: readonly Line[]): readonly Line[] {
  return lines.length === 0 ? [] : [...lines, []]
}

function entryLine(entry: StatusEntry): Line {
  const [sign, style] = SIGNS[entry.state]
  const id = entry.id === null ? '' : `  ${entry.id}`
  const said = saying(entry)
  return [
    { style, text: `${sign} ${entry.state.padEnd(STATE_WIDTH)}` },
    '  ',
    { style: 'bold', text: entry.key },
    { style: 'dim', text: id },
    said === '' ? '' : `  ${said}`,
  ]
}

function saying({ state, reason, msg, source }: StatusEntry): string {
  if (state === 'failing') {
    if (reason === 'refused') return `refused: ${msg}; ${UPON_CHANGE}`
    return `failed: ${msg}; ${reason === 'retrying' ? 'it is tried again by itself' : UPON_KEYS}`
  }
  if (reason === 'kept') return `left as it is: ${source ?? 'its module'} does not load, or the folder is not wholly known`
  if (reason === 'unlisted') return 'the gateway has not been listed yet'
  const work = state === 'pending' && reason !== null ? WORK[reason] : undefined
  return work === undefined ? (msg ?? '') : `${work}: ${msg}`
}

const WORK: { readonly [Reason in StateReason]?: string } = {
  create: 'to be created',
  adopt: 'to be adopted',
  update: 'to be updated',
  move: 'to be moved',
  delete: 'to be deleted',
}

function countLine({ summary, guards, invalid }: StatusDocument): Line {
  const parts = ([...ATTENTION] as const).flatMap((state) => (summary[state] > 0 ? [`${summary[state]} ${state}`] : []))
  const broken = invalid.length > 0 ? [`${count(invalid.length, 'module')} not loading`] : []
  const blocked = guards.length > 0 ? [`${count(guards.length, 'guard')} blocking`] : []
  return [{ style: 'bold', text: `${summary.managed} managed` }, `${list(['', ...parts, ...broken, ...blocked])}.`]
}

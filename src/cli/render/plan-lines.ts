import { count } from '../../log/words.ts'
import { guarded } from '../../log/catalogue/drift.ts'
import { formatDuration } from '../../model/duration.ts'
import type { Reach } from '../../model/planned.ts'
import type { Guard } from '../../plan/guards.ts'
import { differenceLines, statedLines, UNRESTRICTED } from './field-lines.ts'
import { keyCounts, keyLines } from './key-lines.ts'
import { labelled } from './labelled.ts'
import type { PlanDocument } from './plan-document.ts'
import { problemLines } from './problems.ts'
import { reasonOf, type ToldChange } from './reasons.ts'
import type { Line, Style } from './text.ts'

/** What `plan` prints: what does not load, a block for each change and each provider key, what it comes to. What is unchanged is only counted. */
export function planLines(document: PlanDocument): readonly Line[] {
  const { problems, guards, changes, providerKeys } = document
  return [
    ...lockfileLines(document),
    ...problemLines(problems),
    ...guards.flatMap(guardLines),
    ...changes.filter((change) => change.kind !== 'noop').flatMap(changeLines),
    ...providerKeys.flatMap((change) => (change.kind === 'noop' ? [] : keyLines(change, KIND_WIDTH))),
    summaryLine(document),
    ...forecastLines(document),
  ]
}

const LOCKFILES: Readonly<Record<Exclude<PlanDocument['lockfile'], 'found'>, string>> = {
  missing: 'There is no lockfile',
  damaged: 'The lockfile is damaged',
  'other-gateway': 'The lockfile belongs to another gateway',
}

function lockfileLines({ lockfile }: PlanDocument): readonly Line[] {
  if (lockfile === 'found') return []
  const style = lockfile === 'missing' ? 'dim' : 'yellow'
  return [[{ style, text: '▲ ' }, `${LOCKFILES[lockfile]}: planned from the stamps on the gateway.`], []]
}

const SIGNS = {
  create: ['+', 'green'],
  adopt: ['+', 'cyan'],
  update: ['~', 'yellow'],
  move: ['→', 'cyan'],
  delete: ['-', 'red'],
  orphan: ['·', 'dim'],
  conflict: ['!', 'red'],
} as const satisfies Record<ToldChange['kind'], readonly [sign: string, style: Style]>

const KIND_WIDTH = 'conflict'.length

function changeLines(change: ToldChange): readonly Line[] {
  const [sign, style] = SIGNS[change.kind]
  const id = change.id === null ? '' : `  ${change.id}`
  const kind = { style, text: `${sign} ${change.kind.padEnd(KIND_WIDTH)}` }
  const head: Line = [kind, '  ', { style: 'bold', text: change.key }, { style: 'dim', text: id }, `  ${reasonOf(change)}`]
  return [head, ...('fields' in change ? fieldLines(change) : []), ...candidateLines(change), []]
}

function fieldLines(change: Extract<ToldChange, { readonly fields: unknown }>): readonly Line[] {
  const { kind, fields, unrestricted } = change
  const lines = fields.flatMap((difference) => {
    const values = kind === 'create' ? statedLines(difference) : differenceLines(difference)
    return labelled(difference.field, values)
  })
  const isSaid = fields.some(({ field }) => field === 'access')
  const reach = 'reach' in change && change.reach !== 'same' ? labelled('', [REACHES[change.reach]]) : []
  return [...lines, ...(unrestricted && !isSaid ? labelled('access', [UNRESTRICTED]) : []), ...reach]
}

/** Said aloud: what a change does to what keys may reach. */
const REACHES: Readonly<Record<Reach, Line>> = {
  same: [],
  narrower: [{ style: 'dim', text: 'keys with it will reach less' }],
  wider: [{ style: 'yellow', text: '▲ keys with it will reach more' }],
  other: [{ style: 'yellow', text: '▲ keys with it will reach more in one way, and less in another' }],
}

/** What may be meant instead of a new one. */
function candidateLines(change: ToldChange): readonly Line[] {
  if (change.kind !== 'create') return []
  return change.candidates.flatMap(({ id, sameContent }): readonly Line[] => [
    ['    ', { style: 'cyan', text: `? ${id}` }, ` has the same ${sameContent ? 'content' : 'name'}, and nobody owns it`],
    ['      ', { style: 'dim', text: `to take it over instead: aigw-sync adopt ${change.key} ${id}` }],
  ])
}

function guardLines(guard: Guard): readonly Line[] {
  return [[{ style: 'red', text: '■ ' }, guarded(guard)], []]
}

function summaryLine({ ok, summary, problems }: PlanDocument): Line {
  const { create, adopt, update, move, noop, orphan, conflict, withheld, unrecorded, providerKeys } = summary
  const counts: readonly (readonly [number, string])[] = [
    [create, 'to create'],
    [adopt, 'to adopt'],
    [update, 'to update'],
    [move, 'to move'],
    [summary.delete, 'to delete'],
    [noop, unrecorded > 0 ? `unchanged (${unrecorded} to be recorded)` : 'unchanged'],
    [orphan, 'no longer declared and kept'],
    [conflict, 'in conflict'],
  ]
  const parts = counts.filter(([amount]) => amount > 0).map(([amount, words]) => `${amount} ${words}`)
  const broken = new Set(problems.map(({ file }) => file)).size
  const loads = broken > 0 ? [`${count(broken, 'module')} not loading`] : []
  const held = withheld > 0 ? [`${withheld} withheld`] : []
  const ofKeys = providerKeys.create + providerKeys.rotate + providerKeys.update + providerKeys.delete
  const isIdle = ok && create + adopt + update + move + summary.delete + ofKeys === 0
  const head = isIdle ? 'Nothing to do' : 'Plan'
  const told = [[...parts, ...held, ...loads].join(', '), keyCounts(providerKeys)].filter((text) => text !== '')
  if (told.length === 0) return [{ style: 'bold', text: ok ? head : 'Nothing is planned' }, '.']
  return [{ style: 'bold', text: head }, `: ${told.join('; ')}.`]
}

function forecastLines({ summary, forecast: { requests, rateLimit, waitMs, graceMs } }: PlanDocument): readonly Line[] {
  if (summary.writes === 0) return []
  const limit =
    rateLimit === null ? '' : ` under the rate limit of ${rateLimit.requests} in ${formatDuration(rateLimit.windowMs)}`
  const time = waitMs === 0 ? `with no wait${limit}` : `and at least ${formatDuration(waitMs)}${limit}`
  const grace = graceMs === 0 ? '' : ` What is gone is waited for ${formatDuration(graceMs)} before it is deleted.`
  return [[`Applying it takes ${count(requests, 'request')}, ${time}.${grace}`]]
}

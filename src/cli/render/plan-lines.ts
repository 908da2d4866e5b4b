import { count } from '../../log/words.ts'
import { formatDuration } from '../../model/duration.ts'
import { differenceLines, statedLines, UNRESTRICTED } from './field-lines.ts'
import type { PlanDocument } from './plan-document.ts'
import { problemLines } from './problems.ts'
import { reasonOf, type ToldChange } from './reasons.ts'
import type { Line, Style } from './text.ts'

/** What `plan` prints: what does not load, a block for each change, what it comes to. What is unchanged is only counted. */
export function planLines(document: PlanDocument): readonly Line[] {
  const { problems, changes } = document
  return [
    ...lockfileLines(document),
    ...problemLines(problems),
    ...changes.filter((change) => change.kind !== 'noop').flatMap(changeLines),
    summaryLine(document),
    ...forecastLines(document),
  ]
}

const LOCKFILES: Readonly<Record<Exclude<PlanDocument['lockfile'], 'found'>, string>> = {
  missing: 'There is no lockfile',
  damaged: 'The lockfile is damaged',
  'other-gateway': 'The lockfile belongs to another gateway',
  'other-owner': 'The lockfile belongs to another owner',
}

function lockfileLines({ lockfile }: PlanDocument): readonly Line[] {
  if (lockfile === 'found') return []
  const style = lockfile === 'missing' ? 'dim' : 'yellow'
  return [[{ style, text: '▲ ' }, `${LOCKFILES[lockfile]}: planned from the stamps on the gateway.`], []]
}

const SIGNS = {
  create: ['+', 'green'],
  update: ['~', 'yellow'],
  move: ['→', 'cyan'],
  orphan: ['-', 'dim'],
  conflict: ['!', 'red'],
} as const satisfies Record<ToldChange['kind'], readonly [sign: string, style: Style]>

const KIND_WIDTH = 'conflict'.length
const FIELD_WIDTH = 'description'.length

function changeLines(change: ToldChange): readonly Line[] {
  const [sign, style] = SIGNS[change.kind]
  const id = change.id === null ? '' : `  ${change.id}`
  const kind = { style, text: `${sign} ${change.kind.padEnd(KIND_WIDTH)}` }
  const head: Line = [kind, '  ', { style: 'bold', text: change.key }, { style: 'dim', text: id }, `  ${reasonOf(change)}`]
  return [head, ...('fields' in change ? fieldLines(change) : []), []]
}

function fieldLines({ kind, fields, unrestricted }: Extract<ToldChange, { readonly fields: unknown }>): readonly Line[] {
  const lines = fields.flatMap((difference) => {
    const values = kind === 'create' ? statedLines(difference) : differenceLines(difference)
    return labelled(difference.field, values)
  })
  const isSaid = fields.some(({ field }) => field === 'access')
  return unrestricted && !isSaid ? [...lines, ...labelled('access', [UNRESTRICTED])] : lines
}

/** The field's name stands before its first line only. */
function labelled(field: string, lines: readonly Line[]): readonly Line[] {
  return lines.map((line, index) => [
    '    ',
    { style: 'dim', text: (index === 0 ? field : '').padEnd(FIELD_WIDTH) },
    '  ',
    ...line,
  ])
}

function summaryLine({ ok, summary, problems }: PlanDocument): Line {
  const { create, update, move, noop, orphan, conflict, withheld, unrecorded } = summary
  const counts: readonly (readonly [number, string])[] = [
    [create, 'to create'],
    [update, 'to update'],
    [move, 'to move'],
    [noop, unrecorded > 0 ? `unchanged (${unrecorded} to be recorded)` : 'unchanged'],
    [orphan, 'no longer declared'],
    [conflict, 'in conflict'],
  ]
  const parts = counts.filter(([amount]) => amount > 0).map(([amount, words]) => `${amount} ${words}`)
  const broken = new Set(problems.map(({ file }) => file)).size
  const loads = broken > 0 ? [`${count(broken, 'module')} not loading`] : []
  const held = withheld > 0 ? [`${withheld} withheld`] : []
  const head = ok && create + update + move === 0 ? 'Nothing to do' : 'Plan'
  const all = [...parts, ...held, ...loads]
  return [{ style: 'bold', text: head }, all.length === 0 ? '.' : `: ${all.join(', ')}.`]
}

function forecastLines({ summary, forecast: { requests, rateLimit, waitMs } }: PlanDocument): readonly Line[] {
  if (summary.writes === 0) return []
  const limit =
    rateLimit === null ? '' : ` under the rate limit of ${rateLimit.requests} in ${formatDuration(rateLimit.windowMs)}`
  const time = waitMs === 0 ? `with no wait${limit}` : `and at least ${formatDuration(waitMs)}${limit}`
  return [[`Applying it takes ${count(requests, 'request')}, ${time}.`]]
}

import { type BudgetName, BUDGETS } from './budgets.ts'
import { type Curve, exponentOf, GROWS_FROM } from './curves.ts'
import { inWords } from './effort.ts'
import { type Bound, isHeld, type Outcome, type Peer, type Row, type Scenario, type Unit } from './scenario.ts'
import type { Summary } from './statistics.ts'

export interface Measured {
  readonly scenario: Scenario
  readonly outcome: Outcome
}

export interface Circumstances {
  readonly machine: readonly (readonly [string, string])[]
  /** Day of the run: `2026-07-31`. */
  readonly date: string
  readonly minutes: number
  readonly loadBefore: string
  readonly loadAfter: string
}

/** `docs/benchmarks.md`. */
export function renderDocument(measured: readonly Measured[], circumstances: Circumstances): string {
  return `# Benchmarks

Written by \`npm run bench\`; do not edit. Ours and the peer took turns on the same machine against the same server (our emulator, in a
process of its own), so trust the ratios more than the milliseconds.

## Budgets

What the design promises, and what this run found. The sections below say how each was measured, with the spread; ratios and budgets
compare medians.

${renderBudgets(measured.flatMap(({ outcome }) => outcome.rows))}

## Circumstances

${renderCircumstances(circumstances)}

Figures below are **median** · p95 · minimum; counts that were the same each time stand alone.

${measured.map(renderScenario).join('\n\n')}
`
}

export function renderScenario({ scenario, outcome: { rows, curves = [], notes = [] } }: Measured): string {
  const head = ['what', 'rounds', 'ours', 'peer', 'ratio', 'budget', 'held']
  const tables = rows.length > 0 ? [table(head, rows.map(cellsOf))] : []
  return [`## ${scenario.name}`, scenario.about, ...tables, ...notes, ...curves.map(renderCurve)].join('\n\n')
}

/** All that the design promises, measured or not. */
export function renderBudgets(rows: readonly Row[]): string {
  const lines = Object.entries(BUDGETS).map(([name, { what, hold }]) => {
    const own = rows.filter(({ budget }) => budget === name)
    return [what, hold, own.map(renderFinding).join('<br>') || 'not measured', renderVerdict(verdictOn(name as BudgetName, own))]
  })
  return table(['what', 'to hold', 'found', 'held'], lines)
}

/** @returns undefined where nothing failed and something was not measured */
function verdictOn(name: BudgetName, rows: readonly Row[]): boolean | undefined {
  const verdicts = rows.flatMap((row) => (row.bounds ?? []).map((bound) => isHeld(bound, row)))
  if (verdicts.includes(false)) return false
  return verdicts.length < BUDGETS[name].bounds || verdicts.includes(undefined) ? undefined : true
}

function renderFinding(row: Row): string {
  const found = (row.bounds ?? []).map((bound) => {
    const text = bound.kind === 'at-most' ? `${rounded(row.ours.median)} ${row.unit}` : renderComparison(row)
    return isHeld(bound, row) === false ? `**${text}**` : text
  })
  if (found.length === 0) found.push(renderComparison(row))
  return `${row.what}: ${[...new Set(found)].join('; ')}`
}

function renderComparison(row: Row): string {
  if (!row.peer?.figures) return `${row.peer?.name ?? 'a peer'} is not installed`
  const ratio = renderRatio(row)
  return ratio.endsWith('ahead') ? `${ratio} of ${row.peer.name}` : ratio.replace('the peer', row.peer.name)
}

function renderCircumstances({ machine, date, minutes, loadBefore, loadAfter }: Circumstances): string {
  const facts = [
    ['date', date],
    ['took', `${minutes} minutes`],
    ...machine,
    ['load average before (1, 5, 15 min)', loadBefore],
    ['load average after', loadAfter],
  ]
  return table(['', ''], facts)
}

function renderCurve(curve: Curve): string {
  const exponents = table(
    ['line', 'grows with the number of entries to the power of'],
    curve.lines.map((line) => [line.name, shown(exponentOf(line))]),
  )
  const said = `What is above the value with the fewest entries, fitted from ${inWords(GROWS_FROM)} entries on: 1 is a straight line, 0 does not grow.`
  return `![${curve.title}](${curve.name}.svg)\n\nBoth axes are logarithmic; the dotted line grows in proportion. ${said}\n\n${exponents}`
}

function shown(exponent: number | undefined): string {
  if (exponent === undefined) return 'not measured'
  return exponent === 0 ? '0' : exponent.toFixed(2)
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function cellsOf(row: Row): readonly string[] {
  const { what, unit, ours, peer, bounds = [] } = row
  return [
    what,
    String(ours.count),
    renderSummary(ours, unit),
    peer ? renderPeer(peer, unit) : '',
    renderRatio(row),
    bounds.map((bound) => renderBound(bound, unit)).join('; '),
    bounds.map((bound) => renderVerdict(isHeld(bound, row))).join('; '),
  ]
}

function renderSummary({ median, p95, min }: Summary, unit: Unit): string {
  if (min === p95) return `**${rounded(median)}** ${unit}`
  return `**${rounded(median)}** · ${rounded(p95)} · ${rounded(min)} ${unit}`
}

function renderPeer({ name, figures }: Peer, unit: Unit): string {
  return `${name}: ${figures ? renderSummary(figures, unit) : 'not installed'}`
}

function renderRatio({ ours, peer }: Row): string {
  if (!peer?.figures || peer.figures.median === 0) return ''
  const times = ours.median / peer.figures.median
  return times < 1 ? `${(1 / times).toFixed(1)} times ahead` : `${times.toFixed(2)} × the peer`
}

function renderBound(bound: Bound, unit: Unit): string {
  switch (bound.kind) {
    case 'at-most':
      return `≤ ${bound.value} ${unit}`
    case 'ahead':
      return `${bound.times} times ahead`
    case 'within':
      return `≤ ${bound.times} × the peer`
  }
}

function renderVerdict(held: boolean | undefined): string {
  if (held === undefined) return 'not measured'
  return held ? 'yes' : '**no**'
}

function rounded(value: number): string {
  if (value >= 100 || Number.isInteger(value)) return Math.round(value).toLocaleString('en')
  return value.toFixed(value < 1 ? 2 : 1)
}

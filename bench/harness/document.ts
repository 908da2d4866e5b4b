import { type Bound, isHeld, type Peer, type Row, type Scenario } from './scenario.ts'
import type { Summary } from './statistics.ts'

export interface Measured {
  readonly scenario: Scenario
  readonly rows: readonly Row[]
}

export interface Circumstances {
  readonly machine: readonly (readonly [string, string])[]
  /** Day of the run: `2026-07-31`. */
  readonly date: string
  readonly loadBefore: string
  readonly loadAfter: string
}

/** `docs/benchmarks.md`. */
export function renderDocument(measured: readonly Measured[], circumstances: Circumstances): string {
  return `# Benchmarks

Written by \`npm run bench\`; do not edit. Each table comes from one run in which ours and the peer took turns on the same machine against
the same server (our emulator), so trust the ratios more than the milliseconds. Figures are **median** · p95 · minimum; ratios and budgets
compare medians.

${renderCircumstances(circumstances)}

${measured.map(renderScenario).join('\n\n')}
`
}

export function renderScenario({ scenario, rows }: Measured): string {
  const head = ['what', 'rounds', 'ours', 'peer', 'ratio', 'budget', 'held']
  const lines = [head, head.map(() => '---'), ...rows.map(cellsOf)].map((cells) => `| ${cells.join(' | ')} |`)
  return `## ${scenario.name}\n\n${scenario.about}\n\n${lines.join('\n')}`
}

function renderCircumstances({ machine, date, loadBefore, loadAfter }: Circumstances): string {
  const facts = [
    ['date', date],
    ...machine,
    ['load average before (1, 5, 15 min)', loadBefore],
    ['load average after', loadAfter],
  ]
  return ['| | |', '| --- | --- |', ...facts.map(([name, fact]) => `| ${name} | ${fact} |`)].join('\n')
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

function renderSummary({ median, p95, min }: Summary, unit: string): string {
  return `**${rounded(median)}** · ${rounded(p95)} · ${rounded(min)} ${unit}`
}

function renderPeer({ name, figures }: Peer, unit: string): string {
  return `${name}: ${figures ? renderSummary(figures, unit) : 'not installed'}`
}

function renderRatio({ ours, peer }: Row): string {
  if (!peer?.figures) return ''
  const times = ours.median / peer.figures.median
  return times < 1 ? `${(1 / times).toFixed(1)} times ahead` : `${times.toFixed(2)} × the peer`
}

function renderBound(bound: Bound, unit: string): string {
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
  return value < 100 ? value.toFixed(1) : String(Math.round(value))
}

import type { Curve, Line } from './curves.ts'

const WIDTH = 760
const HEIGHT = 460
const PLOT = { left: 72, right: WIDTH - 150, top: 56, bottom: HEIGHT - 56 }

/** Blue, orange, green, red, purple: told apart by those who do not see red and green, on white and on black. */
const COLORS = ['#3b82d6', '#d9730d', '#2a9d5c', '#d64550', '#9061c2']

/** Names of lines that end close together are moved apart by so much. */
const LABEL_GAP = 16

/**
 * An SVG: both axes logarithmic, so that what grows in proportion is a line of slope 1, drawn thinly beside them for comparison. Text and
 * axes take the reader's light or dark scheme.
 */
export function drawCurve({ title, unit, lines }: Curve): string {
  const xs = lines.flatMap(({ points }) => points.map(([entries]) => entries))
  const ys = lines.flatMap(({ points }) => points.map(([, value]) => value))
  const x = axis(xs, PLOT.left, PLOT.right)
  const y = axis(ys, PLOT.bottom, PLOT.top)
  const labels = spread(lines.map(({ points }) => y.place(points.at(-1)?.[1] ?? 1)))
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${title}">
<style>
svg { color-scheme: light dark; font: 13px system-ui, sans-serif; --ink: #24292f; --grid: #d0d7de; --paper: #ffffff }
@media (prefers-color-scheme: dark) { svg { --ink: #d6dce3; --grid: #3d444d; --paper: #0d1117 } }
.paper { fill: var(--paper) } text { fill: var(--ink) } .grid { stroke: var(--grid) } .slope { stroke: var(--ink); stroke-dasharray: 2 5; opacity: .6 }
.line { fill: none; stroke-width: 2 } .middle { text-anchor: middle } .end { text-anchor: end } .title { font-size: 16px; font-weight: 600 }
</style>
<rect class="paper" width="${WIDTH}" height="${HEIGHT}"/>
<text class="title" x="${PLOT.left}" y="28">${title}</text>
${x.ticks.map((tick) => gridLine(x.place(tick), PLOT.top, x.place(tick), PLOT.bottom)).join('\n')}
${y.ticks.map((tick) => gridLine(PLOT.left, y.place(tick), PLOT.right, y.place(tick))).join('\n')}
${x.ticks.map((tick) => `<text class="middle" x="${round(x.place(tick))}" y="${PLOT.bottom + 20}">${tickText(tick)}</text>`).join('\n')}
${y.ticks.map((tick) => `<text class="end" x="${PLOT.left - 8}" y="${round(y.place(tick) + 4)}">${tickText(tick)}</text>`).join('\n')}
<text class="middle" x="${(PLOT.left + PLOT.right) / 2}" y="${HEIGHT - 14}">entries</text>
<text class="end" x="${PLOT.left - 8}" y="${PLOT.top - 10}">${unit}</text>
${slope(x, y)}
${lines.map((line, index) => drawLine(line, COLORS[index % COLORS.length] ?? '', labels[index] ?? 0, { x, y })).join('\n')}
</svg>
`
}

interface Axis {
  /** Powers of ten, all that are needed to hold what is measured between the first and the last. */
  readonly ticks: readonly number[]
  readonly place: (value: number) => number
}

function axis(values: readonly number[], from: number, to: number): Axis {
  const low = Math.floor(Math.log10(Math.min(...values)))
  const high = Math.max(Math.ceil(Math.log10(Math.max(...values))), low + 1)
  const ticks = Array.from({ length: high - low + 1 }, (_, index) => Number(`1e${low + index}`))
  return { ticks, place: (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from) }
}

function drawLine(
  { name, points }: Line,
  color: string,
  label: number,
  { x, y }: { readonly x: Axis; readonly y: Axis },
): string {
  const places = points.map(([entries, value]) => [round(x.place(entries)), round(y.place(value))] as const)
  const path = places.map((place) => place.join(',')).join(' ')
  const dots = places.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3.5" fill="${color}"/>`).join('')
  const last = places.at(-1)?.[0] ?? PLOT.right
  return `<polyline class="line" stroke="${color}" points="${path}"/>${dots}
<text x="${last + 12}" y="${round(label + 4)}" style="fill: ${color}; font-weight: 600">${name}</text>`
}

/** One that grows in proportion, through the lower right corner of the plot. */
function slope(x: Axis, y: Axis): string {
  const [lowest = 1, highest = 1] = [y.ticks[0], y.ticks.at(-1)]
  const right = x.ticks.at(-1) ?? 1
  const left = x.ticks[0] ?? 1
  const decades = Math.min(Math.log10(right / left), Math.log10(highest / lowest))
  const ends = [x.place(right / 10 ** decades), y.place(lowest), x.place(right), y.place(lowest * 10 ** decades)].map(round)
  return `<line class="slope" x1="${ends[0]}" y1="${ends[1]}" x2="${ends[2]}" y2="${ends[3]}"/>`
}

/** Places, in the order given, each at least a gap from the others, and as near to where they were as that allows from above. */
function spread(places: readonly number[]): readonly number[] {
  const order = places.map((place, index) => [place, index] as const).toSorted(([a], [b]) => a - b)
  const moved = [...places]
  let free = -Infinity
  for (const [place, index] of order) {
    const at = Math.max(place, free)
    moved[index] = at
    free = at + LABEL_GAP
  }
  return moved
}

function gridLine(x1: number, y1: number, x2: number, y2: number): string {
  return `<line class="grid" x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}"/>`
}

function tickText(tick: number): string {
  return tick.toLocaleString('en', { maximumFractionDigits: 9 })
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

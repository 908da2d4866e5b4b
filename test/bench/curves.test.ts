import { describe, expect, test } from 'vitest'
import { exponentOf } from '../../bench/harness/curves.ts'
import { drawCurve } from '../../bench/harness/draw.ts'

const SIZES = [1, 10, 100, 1_000, 10_000, 50_000]

function line(of: (entries: number) => number) {
  return { name: 'load', points: SIZES.map((entries) => [entries, of(entries)] as const) }
}

describe('the exponent of a line', () => {
  test.each([
    ['in proportion', (entries: number) => 0.2 * entries, 1],
    ['in proportion, above what it takes anyhow', (entries: number) => 150 + 0.2 * entries, 1],
    ['with the square', (entries: number) => 10 + entries ** 2, 2],
    ['not at all', () => 12, 0],
    ['by noise', (entries: number) => 12 + (entries % 7), 0],
  ])('grows %s', (_, of, exponent) => {
    expect(exponentOf(line(of))).toBeCloseTo(exponent, 1)
  })

  test('is not told from a single point', () => {
    expect(
      exponentOf({
        name: 'load',
        points: [
          [1, 1],
          [1_000, 1_000],
        ],
      }),
    ).toBeUndefined()
  })
})

describe('a drawing', () => {
  const lines = [line((entries) => 100 + entries), line((entries) => 101 + entries), line(() => 0.0004)]
  const svg = drawCurve({ name: 'growth', title: 'Growth', unit: 'ms', lines })

  test('has a place for every point, inside of the picture', () => {
    const places = [...svg.matchAll(/<circle cx="([^"]+)" cy="([^"]+)"/g)].map(([, x, y]) => [Number(x), Number(y)] as const)
    expect(places).toHaveLength(SIZES.length * lines.length)
    for (const [x, y] of places) {
      expect(x).toBeGreaterThan(0)
      expect(x).toBeLessThan(760)
      expect(y).toBeGreaterThan(0)
      expect(y).toBeLessThan(460)
    }
  })

  test('puts names of lines that end together below each other, and writes ticks as they are read', () => {
    const labels = [...svg.matchAll(/y="([\d.]+)" style="fill/g)].map(([, y]) => Number(y))
    expect(labels).toHaveLength(lines.length)
    expect(Math.abs((labels[1] ?? 0) - (labels[0] ?? 0))).toBeGreaterThanOrEqual(16)
    expect(svg).toContain('>100,000</text>')
    expect(svg).toContain('>0.0001</text>')
  })

  test('lies in proportion to logarithms: a tenfold of entries and of time is the same step each', () => {
    const [steep] = [
      ...drawCurve({ name: 'g', title: 'G', unit: 'ms', lines: [line((entries) => entries)] }).matchAll(/points="([^"]+)"/g),
    ]
    const places = (steep?.[1] ?? '').split(' ').map((place) => place.split(',').map(Number))
    const steps = places
      .slice(1, 5)
      .map(([x = 0, y = 0], index) => [x - (places[index]?.[0] ?? 0), y - (places[index]?.[1] ?? 0)] as const)
    for (const [x, y] of steps) {
      expect(x).toBeCloseTo(steps[0]?.[0] ?? 0, 0)
      expect(y).toBeCloseTo(steps[0]?.[1] ?? 0, 0)
    }
  })
})

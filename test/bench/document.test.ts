import { describe, expect, test } from 'vitest'
import { BUDGETS } from '../../bench/harness/budgets.ts'
import { renderBudgets, renderDocument, renderScenario } from '../../bench/harness/document.ts'
import { isHeld, type Row, type Scenario } from '../../bench/harness/scenario.ts'
import { summarize } from '../../bench/harness/statistics.ts'

const same = (value: number) => summarize([value, value, value])

const helper: Row = {
  what: '10 POSTs',
  unit: 'ms',
  ours: summarize([30, 40, 60]),
  budget: 'helper',
  bounds: [{ kind: 'at-most', value: 45 }],
}

function besideNode(ours: number, times: number): Row {
  const peer = { name: '`node -e 0`', figures: same(40) }
  return { what: '`--help`', unit: 'ms', ours: same(ours), peer, budget: 'start', bounds: [{ kind: 'within', times }] }
}

const alone: Row = {
  what: 'the whole process',
  unit: 'ms',
  ours: same(900),
  peer: { name: 'alchemy', figures: undefined },
  budget: 'creates',
  bounds: [{ kind: 'ahead', times: 5 }],
}

function besideAlchemy(figure: number): Row {
  return { ...alone, peer: { name: 'alchemy', figures: same(figure) } }
}

/** The line of a budget, cell by cell. */
function lineOf(text: string, what: string): readonly string[] {
  const line = text.split('\n').find((each) => each.startsWith(`| ${what} |`)) ?? ''
  return line.split(' | ').map((cell) => cell.replaceAll(/^\| | \|$/g, ''))
}

describe('a bound', () => {
  test.each([
    ['at most 45, and the median is 40', helper, true],
    ['1.7 times the peer, and it is 1.5', besideNode(60, 1.7), true],
    ['1.7 times the peer, and it is 2', besideNode(80, 1.7), false],
    ['ahead of a peer that is missing', alone, undefined],
  ])('%s', (_, row, held) => {
    expect(row.bounds?.map((bound) => isHeld(bound, row))).toEqual([held])
  })

  test('ahead by so many times is reached exactly at them', () => {
    expect(isHeld({ kind: 'ahead', times: 5 }, besideAlchemy(4_500))).toBe(true)
    expect(isHeld({ kind: 'ahead', times: 5 }, besideAlchemy(4_499))).toBe(false)
  })
})

describe('the table of budgets', () => {
  const text = renderBudgets([helper, helper, besideNode(60, 1.7), besideNode(200, 4), alone])

  test('has all that the design promises, in its order', () => {
    const lines = text.split('\n').slice(2)
    expect(lines.map((line) => line.split(' | ')[0])).toEqual(Object.values(BUDGETS).map(({ what }) => `| ${what}`))
  })

  test('says of each what was found, and whether it is held', () => {
    expect(lineOf(text, BUDGETS.helper.what)).toEqual([
      BUDGETS.helper.what,
      BUDGETS.helper.hold,
      '10 POSTs: 40 ms<br>10 POSTs: 40 ms',
      'yes',
    ])
    expect(lineOf(text, BUDGETS.start.what).slice(2)).toEqual([
      '`--help`: 1.50 × `node -e 0`<br>`--help`: **5.00 × `node -e 0`**',
      '**no**',
    ])
  })

  test('does not take what was not measured for held, nor a peer that is missing', () => {
    expect(lineOf(text, BUDGETS.memory.what).slice(2)).toEqual(['not measured', 'not measured'])
    expect(lineOf(text, BUDGETS.creates.what).slice(2)).toEqual(['the whole process: alchemy is not installed', 'not measured'])
    expect(lineOf(renderBudgets([besideNode(60, 1.7)]), BUDGETS.start.what).at(-1)).toBe('not measured')
  })
})

describe('a scenario', () => {
  const scenario: Scenario = { name: 'some', about: 'What is measured.', run: () => Promise.reject(new Error('not here')) }

  test('shows counts that never differ alone, other figures with their spread, and a missing peer as missing', () => {
    const requests: Row = { what: 'a resync', unit: 'requests', ours: same(100), bounds: [{ kind: 'at-most', value: 100 }] }
    const text = renderScenario({ scenario, outcome: { rows: [requests, helper, alone] } })
    expect(text).toContain('| a resync | 3 | **100** requests |  |  | ≤ 100 requests | yes |')
    expect(text).toContain('| 10 POSTs | 3 | **40** · 58 · 30 ms |  |  | ≤ 45 ms | yes |')
    expect(text).toContain('alchemy: not installed |  | 5 times ahead | not measured |')
  })

  test('has no table where there are no rows, and draws its curves', () => {
    const points = [1, 1_000, 10_000].map((entries) => [entries, entries * 2] as const)
    const curve = { name: 'growth', title: 'Growth', unit: 'ms', lines: [{ name: 'load', points }] }
    const text = renderScenario({ scenario, outcome: { rows: [], curves: [curve], notes: ['A note.'] } })
    expect(text).not.toContain('| what |')
    expect(text).toContain('A note.\n\n![Growth](growth.svg)')
    expect(text).toContain('| load | 1.00 |')
  })
})

test('the document begins with the budgets, and says on what machine and when', () => {
  const circumstances = {
    machine: [['cores', '2']] as const,
    date: '2026-07-31',
    minutes: 17,
    loadBefore: '0.1',
    loadAfter: '1.0',
  }
  const text = renderDocument([], circumstances)
  expect(text.indexOf('## Budgets')).toBeLessThan(text.indexOf('## Circumstances'))
  expect(text.indexOf('| what |')).toBeGreaterThan(text.indexOf('## Budgets'))
  expect(text).toContain('| date | 2026-07-31 |\n| took | 17 minutes |\n| cores | 2 |')
})

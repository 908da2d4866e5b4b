import { describe, expect, test } from 'vitest'
import { type PlanDocument, planDocument } from '../../../src/cli/render/plan-document.ts'
import { planLines } from '../../../src/cli/render/plan-lines.ts'
import { renderLines } from '../../../src/cli/render/text.ts'
import { sampleLook, SETTINGS } from './sample.ts'

const document = planDocument(sampleLook(), SETTINGS)

function textOf(given: PlanDocument): string {
  return renderLines(planLines(given), false)
}

test('a plan reads as a diff', () => {
  expect(textOf(document)).toMatchInlineSnapshot(`
    "× broken.ts:3:5: does not load: expected \`,\`, got \`access\`
          2 |   name: 'x'
        > 3 |  access: 3
            |  ^

    + create    gone  declared in gone.ts; aigac_3 is gone from the gateway
        name         "gone"
        access       providers: any
                     models: openai/gpt-4o

    → move      jobs/batch  aigac_2  was batch, with the same content; now in jobs/batch.yaml

    - orphan    left  aigac_5  no longer declared (it was in left.ts): left alone

    + create    open  declared in open.ts
        name         "Everything"
        access       reaches every provider and model

    ! conflict  same  declared more than once (a.json, b.json); keep one, or give the other a key of its own

    ~ update    team-a/chatbot  aigac_1  edited in team-a/chatbot.ts
        name         "Chatbot" → "Chatbot (production)"
        access       providers: any → openai
                     models: + openai/gpt-5
        router       - default routing
                     + openai: user aigpk_1, then ngrok

    Plan: 2 to create, 1 to update, 1 to move, 3 unchanged (1 to be recorded), 1 no longer declared, 1 in conflict, 1 module not loading.
    Applying it takes 8 requests, and at least 1 min under the rate limit of 5 in 1 min.
    "
  `)
})

test('what is withheld says so, and is no work', () => {
  const withheld = planDocument(sampleLook('create-only'), SETTINGS)
  expect(withheld.summary).toMatchObject({ update: 1, move: 1, withheld: 2, writes: 2 })
  expect(textOf(withheld)).toMatch(/~ update .*withheld: the policy create-only/)
  expect(textOf(withheld)).toContain('2 withheld')
})

describe('the document', () => {
  test('has the changes in order of key, each kind with the same properties', () => {
    const keys = document.changes.map(({ key }) => key)
    expect(keys).toEqual(keys.toSorted())
    expect(new Set(document.changes.map(({ kind }) => kind)).size).toBe(6)
    for (const change of document.changes) expect(Object.values(change)).not.toContain(undefined)
  })

  test('counts', () => {
    const { summary, ok } = document
    expect(summary).toEqual({
      create: 2,
      update: 1,
      move: 1,
      noop: 3,
      orphan: 1,
      conflict: 1,
      withheld: 0,
      unrecorded: 1,
      writes: 4,
    })
    expect(ok).toBe(false)
  })

  test('forecasts requests and the wait for the rate limit', () => {
    expect(document.forecast).toEqual({ requests: 8, rateLimit: { requests: 5, windowMs: 60_000 }, waitMs: 60_000 })
    expect(planDocument(sampleLook(), { ...SETTINGS, rateLimit: 'off' }).forecast).toMatchObject({ rateLimit: null, waitMs: 0 })
  })

  test.each([
    ['aigac_4', 'unchanged'],
    ['aigac_6', 'unrecorded'],
    ['aigac_7', 'kept'],
  ])('says why nothing is done about %s: %s', (id, reason) => {
    expect(document.changes.find((change) => change.id === id)).toMatchObject({ kind: 'noop', reason })
  })
})

describe('the last lines', () => {
  const { forecast, summary } = document
  const none = { create: 0, update: 0, move: 0, noop: 0, orphan: 0, conflict: 0, withheld: 0, unrecorded: 0, writes: 0 }
  const quiet: PlanDocument = { ...document, ok: true, lockfile: 'found', problems: [], changes: [], summary: none }

  test.each<[string, PlanDocument, string]>([
    ['nothing at all', quiet, 'Nothing to do.\n'],
    ['nothing to do', { ...quiet, summary: { ...none, noop: 3 } }, 'Nothing to do: 3 unchanged.\n'],
    [
      'something to record',
      { ...quiet, summary: { ...none, noop: 3, unrecorded: 2 } },
      'Nothing to do: 3 unchanged (2 to be recorded).\n',
    ],
    [
      'work at once',
      { ...quiet, summary: { ...summary, writes: 1 }, forecast: { ...forecast, requests: 1, waitMs: 0 } },
      'Applying it takes 1 request, with no wait under the rate limit of 5 in 1 min.\n',
    ],
    [
      'work without a limit',
      { ...quiet, summary: { ...summary, writes: 1 }, forecast: { requests: 300, rateLimit: null, waitMs: 0 } },
      'Applying it takes 300 requests, with no wait.\n',
    ],
    [
      'work that has to wait',
      { ...quiet, summary: { ...summary, writes: 1 }, forecast: { ...forecast, requests: 300, waitMs: 3_540_000 } },
      'Applying it takes 300 requests, and at least 59 min under the rate limit of 5 in 1 min.\n',
    ],
    [
      'no lockfile',
      { ...quiet, lockfile: 'missing' },
      '▲ There is no lockfile: planned from the stamps on the gateway.\n\nNothing to do.\n',
    ],
    [
      'another owner’s lockfile',
      { ...quiet, lockfile: 'other-owner' },
      '▲ The lockfile belongs to another owner: planned from the stamps on the gateway.\n\nNothing to do.\n',
    ],
  ])('%s', (_title, given, expected) => {
    expect(textOf(given).endsWith(expected)).toBe(true)
  })
})

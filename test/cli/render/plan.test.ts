import { describe, expect, test } from 'vitest'
import { type PlanDocument, planDocument } from '../../../src/cli/render/plan-document.ts'
import { planLines } from '../../../src/cli/render/plan-lines.ts'
import { renderDocument, renderLines } from '../../../src/cli/render/text.ts'
import { printable } from '../../../src/model/printable.ts'
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

    ~ update    closed  aigac_11  changed on the gateway by usr_person at 2026-02-01T00:00:00Z; withheld: it would let keys reach more than somebody left them; edit the declaration, or run with --drift correct-all
        access       models: none → openai/gpt-4o
                     ▲ keys with it will reach more

    + create    gone  declared in gone.ts; aigac_3 is gone from the gateway
        name         "gone"
        access       providers: any
                     models: openai/gpt-4o

    → move      jobs/batch  aigac_2  was batch, with the same content; now in jobs/batch.yaml

    ! conflict  keyless  the value of openai-trial (openai) cannot be had: secret.env("OPENAI_TRIAL_KEY"): it is not set: put it into the environment of aigw-sync

    · orphan    left  aigac_5  no longer declared (it was in left.ts): it stays, until every module loads, since one that does not may be where it is declared now

    + create    open  declared in open.ts
        name         "Everything"
        access       reaches every provider and model
        ? aigac_8 has the same name, and nobody owns it
          to take it over instead: aigw-sync adopt open aigac_8

    ~ update    opened  aigac_12  changed on the gateway by usr_person at 2026-02-01T00:00:00Z
        access       models: - openai/gpt-5
                     keys with it will reach less

    ! conflict  same  declared more than once (a.json, b.json); keep one, or give the other a key of its own

    + adopt     taken  aigac_9  taken over, as taken.ts says; then made what is declared
        access       models: none → openai/gpt-4o
                     ▲ keys with it will reach more

    ~ update    team-a/chatbot  aigac_1  edited in team-a/chatbot.ts
        name         "Chatbot" → "Chatbot (production)"
        access       providers: any → openai
                     models: + openai/gpt-5
        router       - default routing
                     + openai: user aigpk_1, openai-prod (to be made), then ngrok
                     ▲ keys with it will reach more in one way, and less in another

    - delete    twice  aigac_14  a lost attempt of ours to create it, and nothing refers to it

    · orphan    used  aigac_10  no longer declared (it was in used.ts): it stays, in use by production (aigk_1), aigk_2

    - delete    provider key old (anthropic)  aigpk_8  no entry declares it any more

    · orphan    provider key used (anthropic)  aigpk_9  no entry declares it any more: it stays, since aigac_1, aigac_2 still refer to it

    ~ rotate    provider key closed (google)  aigpk_4  it was given another value on the gateway by usr_person at 2026-02-01T00:00:00Z; withheld: somebody may have closed it by that: give its secret another value, or run with --drift correct-all
        value        secret.credential("google")
        used by      closed

    + create    provider key openai-prod (openai)  used by 7 entries: team-a/web, team-b/web, team-c/web, team-d/web and 3 more
        value        secret.env("OPENAI_API_KEY")
                     a live credential: access keys that have no configuration use it as soon as it is made

    ~ rotate    provider key openai-test (openai)  aigpk_3  its value has changed
        value        secret.file("/run/keys/openai")
        used by      opened, closed

    ~ update    provider key shared (openai)  aigpk_5  its name and stamp changed on the gateway by usr_person at 2026-02-01T00:00:00Z
        name         "shared by hand" → "shared"
        used by      opened

    - delete    provider key twice (openai)  aigpk_10  a lost attempt of ours to make it, and nothing refers to it

    Plan: 2 to create, 1 to adopt, 3 to update, 1 to move, 1 to delete, 4 unchanged (1 to be recorded), 2 no longer declared and kept, 2 in conflict, 1 withheld, 1 module not loading; 1 provider key to create, 2 to rotate, 1 to update, 2 to delete, 2 unchanged, 1 no longer declared and kept, 1 withheld.
    Applying it takes 26 requests, and at least 3 min under the rate limit of 8 in 1 min. What is gone is waited for 30 s before it is deleted.
    "
  `)
})

test('what is withheld says so, and is no work', () => {
  const withheld = planDocument(sampleLook('create-only'), SETTINGS)
  expect(withheld.summary).toMatchObject({ adopt: 1, update: 3, move: 1, withheld: 5, writes: 8 })
  expect(textOf(withheld)).toMatch(/~ update .*withheld: the policy create-only/)
  expect(textOf(withheld)).toContain('5 withheld')
})

describe('the document', () => {
  test('tells of a provider key neither the value, nor how it is displayed, nor its fingerprint', () => {
    expect(JSON.stringify(document)).not.toContain('canary')
    expect(textOf(document)).not.toContain('canary')
  })

  test('has every kind of provider key change, each with the same properties', () => {
    expect(new Set(document.providerKeys.map(({ kind }) => kind)).size).toBe(6)
    for (const change of document.providerKeys) expect(Object.values(change)).not.toContain(undefined)
    const shapes = Map.groupBy(document.providerKeys, ({ kind }) => kind)
    for (const changes of shapes.values()) expect(new Set(changes.map((each) => Object.keys(each).join())).size).toBe(1)
  })

  test('says what is wrong with a provider key, of other conflicts null', () => {
    const problems = document.changes.flatMap((change) => (change.kind === 'conflict' ? [[change.key, change.problem]] : []))
    expect(problems).toEqual([
      ['keyless', { type: 'secret-missing', msg: expect.stringContaining('secret.env("OPENAI_TRIAL_KEY")') }],
      ['same', null],
    ])
  })

  test('has the changes in order of key, each kind with the same properties', () => {
    const keys = document.changes.map(({ key }) => key)
    expect(keys).toEqual(keys.toSorted())
    expect(new Set(document.changes.map(({ kind }) => kind)).size).toBe(8)
    for (const change of document.changes) expect(Object.values(change)).not.toContain(undefined)
  })

  test('counts', () => {
    const { summary, ok } = document
    expect(summary).toEqual({
      create: 2,
      adopt: 1,
      update: 3,
      move: 1,
      delete: 1,
      noop: 4,
      orphan: 2,
      conflict: 2,
      withheld: 1,
      unrecorded: 1,
      providerKeys: { create: 1, rotate: 2, update: 1, delete: 2, noop: 2, orphan: 1, withheld: 1 },
      writes: 12,
    })
    expect(ok).toBe(false)
  })

  test('forecasts requests and the wait for the rate limit', () => {
    expect(document.forecast).toEqual({
      requests: 26,
      rateLimit: { requests: 8, windowMs: 60_000 },
      waitMs: 180_000,
      graceMs: 30_000,
    })
    expect(planDocument(sampleLook(), { ...SETTINGS, rateLimit: 'off' }).forecast).toMatchObject({ rateLimit: null, waitMs: 0 })
  })

  test.each([
    ['aigac_4', 'unchanged'],
    ['aigac_6', 'unrecorded'],
    ['aigac_7', 'kept'],
    ['aigac_99', 'forgotten'],
  ])('says why nothing is done about %s: %s', (id, reason) => {
    expect(document.changes.find((change) => change.id === id)).toMatchObject({ kind: 'noop', reason })
  })
})

test('waits for the grace of what is gone, be it a provider key or nothing of the kind', () => {
  const { plan, ...look } = sampleLook()
  const providerKeys = plan.providerKeys.filter(({ kind }) => kind !== 'delete')
  expect(planDocument({ ...look, plan: { ...plan, providerKeys } }, SETTINGS).forecast).toMatchObject({
    requests: 21,
    graceMs: 0,
  })
})

test('lets no name of a provider key drive the terminal or break a line', () => {
  const { plan, ...look } = sampleLook()
  const hostile = plan.providerKeys.map((change) => {
    const name = `${change.name}\u001b[2J\n\u202e`
    return 'present' in change ? { ...change, name, present: { ...change.present, name: 'x\r\u009b1m' } } : { ...change, name }
  })
  const given = planDocument({ ...look, plan: { ...plan, providerKeys: hostile } }, SETTINGS)
  const text = textOf(given)
  expect(text).toContain('provider key openai-prod\\u001b[2J\\n\\u202e (openai)')
  for (const line of text.split('\n')) expect(printable(line)).toBe(line)
  expect(printable(renderDocument(given).trimEnd())).toBe(renderDocument(given).trimEnd())
})

describe('the last lines', () => {
  const { forecast, summary } = document
  const none = {
    create: 0,
    adopt: 0,
    update: 0,
    move: 0,
    delete: 0,
    noop: 0,
    orphan: 0,
    conflict: 0,
    withheld: 0,
    unrecorded: 0,
    providerKeys: { create: 0, rotate: 0, update: 0, delete: 0, noop: 0, orphan: 0, withheld: 0 },
    writes: 0,
  }
  const quiet: PlanDocument = {
    ...document,
    ok: true,
    lockfile: 'found',
    problems: [],
    guards: [],
    changes: [],
    providerKeys: [],
    summary: none,
  }

  test.each<[string, PlanDocument, string]>([
    ['nothing at all', quiet, 'Nothing to do.\n'],
    ['nothing to do', { ...quiet, summary: { ...none, noop: 3 } }, 'Nothing to do: 3 unchanged.\n'],
    [
      'something to record',
      { ...quiet, summary: { ...none, noop: 3, unrecorded: 2 } },
      'Nothing to do: 3 unchanged (2 to be recorded).\n',
    ],
    [
      'provider keys that are as declared',
      { ...quiet, summary: { ...none, noop: 3, providerKeys: { ...none.providerKeys, noop: 1 } } },
      'Nothing to do: 3 unchanged; 1 provider key unchanged.\n',
    ],
    [
      'provider keys alone',
      { ...quiet, summary: { ...none, providerKeys: { ...none.providerKeys, create: 2, rotate: 1 } } },
      'Plan: 2 provider keys to create, 1 to rotate.\n',
    ],
    [
      'work at once',
      { ...quiet, summary: { ...summary, writes: 1 }, forecast: { ...forecast, requests: 1, waitMs: 0, graceMs: 0 } },
      'Applying it takes 1 request, with no wait under the rate limit of 8 in 1 min.\n',
    ],
    [
      'work without a limit',
      { ...quiet, summary: { ...summary, writes: 1 }, forecast: { requests: 300, rateLimit: null, waitMs: 0, graceMs: 0 } },
      'Applying it takes 300 requests, with no wait.\n',
    ],
    [
      'work that has to wait',
      {
        ...quiet,
        summary: { ...summary, writes: 1 },
        forecast: { ...forecast, requests: 300, waitMs: 3_540_000, graceMs: 30_000 },
      },
      'Applying it takes 300 requests, and at least 59 min under the rate limit of 8 in 1 min. What is gone is waited for 30 s before it is deleted.\n',
    ],
    [
      'no lockfile',
      { ...quiet, lockfile: 'missing' },
      '▲ There is no lockfile: planned from the stamps on the gateway.\n\nNothing to do.\n',
    ],
    [
      'a guard',
      {
        ...quiet,
        ok: false,
        guards: [{ guard: 'delete-max', count: 12, limit: 10, managed: 40, confirm: 12 }],
        summary: { ...none, orphan: 12 },
      },
      '■ 12 configurations are to be deleted, and deleteMax is 10: none is deleted; if it is right: aigw-sync apply --confirm-deletes 12\n\nPlan: 12 no longer declared and kept.\n',
    ],
    [
      'another account, more likely',
      { ...quiet, ok: false, guards: [{ guard: 'unknown-ids', count: 3, limit: 0, managed: 3 }] },
      'nothing is changed; if it is right that they are gone, move the lockfile away\n\nNothing is planned.\n',
    ],
    [
      'another gateway’s lockfile',
      { ...quiet, lockfile: 'other-gateway' },
      '▲ The lockfile belongs to another gateway: planned from the stamps on the gateway.\n\nNothing to do.\n',
    ],
  ])('%s', (_title, given, expected) => {
    expect(textOf(given).endsWith(expected)).toBe(true)
  })
})

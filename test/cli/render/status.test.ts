import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { statusLines, type StatusView } from '../../../src/cli/render/status-lines.ts'
import { wordsOf } from '../../../src/cli/render/status-words.ts'
import { renderDocument, renderLines } from '../../../src/cli/render/text.ts'
import type { StatusDocument } from '../../../src/daemon/status/document.ts'
import { recordedStatus, runningStatus } from '../../../src/daemon/status/status.ts'
import { describeKeyProblem } from '../../../src/model/key-problem.ts'
import { entryOf, observedOf, recordedOf } from '../../support/states.ts'
import { KEYLESS, MISSING } from './key-sample.ts'
import { LIFE, sampleSight, sampleStatus, SETTINGS } from './status-sample.ts'

function textOf(document: StatusDocument, view: Partial<StatusView> = {}): string {
  return renderLines(statusLines(document, { isMissing: false, all: false, ...view }), false)
}

const recorded = recordedStatus(new Map([['web', recordedOf(entryOf('web'), observedOf('aigac_1', entryOf('web')))]]), SETTINGS)

describe('a status', () => {
  test('tells what needs attention first', () => {
    expect(textOf(sampleStatus())).toMatchInlineSnapshot(`
      "Running since 2026-02-01T08:00:00.000Z (pid 4242, aigw-sync 0.1.0): ready since 2026-02-01T08:00:01.000Z; the gateway was last listed at 2026-02-01T08:05:00.000Z.
      From /srv/configs to https://api.ngrok.ai, owner platform, policy sync, drift correct.

      × broken.ts does not load; aigw-sync validate says why

      × failing   refused  refused: no such provider; it is tried again when its file changes
      × failing   slow  failed: too many requests; it is tried again by itself
      ! held      closed  aigac_2  usr_person changed access of aigac_2 on the gateway at 2026-02-01T00:00:00Z: it is left, since correcting it would let keys reach more: edit the declaration, or run with --drift correct-all
      ! held      same  more than one module declares this key; keep one, or give the other a key of its own (a.json, b.json); nothing is changed
      ~ pending   edited  aigac_3  to be updated: edited in edited.ts
      ~ pending   going  aigac_7  no longer declared (it was in going.ts): aigac_7 stays on the gateway, until every module loads, since one that does not may be where it is declared now
      ~ pending   new  to be created: declared in new.ts
      ~ pending   used  aigac_6  no longer declared (it was in used.ts): aigac_6 stays on the gateway, since production (ak_1), ak_2 still refer to it: give them another configuration
      · orphaned  left  aigac_5  no longer declared (it was in left.ts): aigac_5 stays on the gateway, since its declaration said protect: true

      × failed    provider key shared (openai)  aigpk_5  failed: too many requests; it is tried again by itself; used by opened
      ! drift     provider key closed (google)  aigpk_4  it was given another value on the gateway by usr_person at 2026-02-01T00:00:00Z; withheld: somebody may have closed it by that: give its secret another value, or run with --drift correct-all; used by closed
      ~ pending   provider key old (anthropic)  aigpk_8  to be deleted: no entry declares it any more
      ~ pending   provider key openai-prod (openai)  to be created: used by 7 entries: team-a/web, team-b/web, team-c/web, team-d/web and 3 more
      ~ pending   provider key openai-test (openai)  aigpk_3  to be rotated: its value has changed; used by opened, closed
      ~ pending   provider key twice (openai)  aigpk_10  to be deleted: a lost attempt of ours to make it, and nothing refers to it
      · orphan    provider key used (anthropic)  aigpk_9  no entry declares it any more: it stays, since aigac_1, aigac_2 still refer to it

      2 managed, 2 failing, 2 held, 4 pending, 1 orphaned, 1 module not loading.
      9 provider keys: 2 applied, 1 orphan, 4 pending, 1 drift, 1 failed.
      "
    `)
  })

  test('tells managed entries where they are asked for', () => {
    expect(textOf(sampleStatus(), { all: true })).toContain(
      '✓ managed   as-ever  aigac_1\n' +
        '✓ managed   kept  aigac_4  left as it is: broken.ts does not load, or the folder is not wholly known\n',
    )
  })

  test('tells provider keys that are as declared where they are asked for', () => {
    const lines = textOf(sampleStatus(), { all: true })
      .split('\n')
      .filter((line) => line.includes('applied') || line.includes('recorded'))
    expect(lines).toEqual([
      '✓ applied   provider key found (google)  aigpk_6  used by found',
      '✓ applied   provider key same (google)  aigpk_7  used by same-as-ever',
      '9 provider keys: 2 applied, 1 orphan, 4 pending, 1 drift, 1 failed.',
    ])
  })

  test('without a daemon knows of a provider key only the id and who uses it', () => {
    const secrets = { 'router.rules[0].steps[0].keys[0].value': 'aigpk_1:canary' }
    const web = { ...recordedOf(entryOf('web'), observedOf('aigac_1', entryOf('web'))), secrets }
    const document = recordedStatus(new Map([['web', web]]), SETTINGS)
    expect(textOf(document, { all: true })).toMatch(
      /\n✓ applied {3}provider key aigpk_1 {2}used by web\n\n1 managed\.\n1 provider key: 1 applied\.\n$/,
    )
    expect(JSON.stringify(document)).not.toContain('canary')
  })

  test('says of an entry that a provider key holds up what is wrong with that', () => {
    expect(wordsOf(KEYLESS, sampleSight().world)).toBe(describeKeyProblem(MISSING))
  })

  test('of a daemon with nothing to tell is short', () => {
    const quiet = {
      ...sampleStatus(),
      guards: [],
      invalid: [],
      entries: [],
      providerKeys: [],
      summary: { ...recorded.summary, managed: 3 },
    }
    expect(textOf(quiet).split('\n').slice(2)).toEqual(['', '3 managed.', ''])
  })

  test('without a daemon says that it is what was applied last', () => {
    expect(textOf(recorded, { all: true })).toBe(
      'No daemon answers for /var/lib/aigw-sync/aigw-sync.lock.json: this is what was applied last, as the lockfile says. ' +
        'Nothing was asked of the gateway.\n\n✓ managed   web  aigac_1\n\n1 managed.\n',
    )
  })

  test('without a daemon and a lockfile says what to do', () => {
    expect(textOf(recordedStatus(new Map(), SETTINGS), { isMissing: true })).toMatch(
      /^No daemon answers .* no such lockfile: nothing is known to be managed\. aigw-sync plan .*\n\n0 managed\.\n$/,
    )
  })

  test('of a daemon that has just started says what it does not know yet', () => {
    const young = runningStatus({ ...sampleSight(), lastListedAt: undefined }, SETTINGS, { ...LIFE, readyAt: undefined })
    expect(textOf(young)).toMatch(/: not ready yet; the gateway has not been listed yet\.\n/)
    expect(textOf(young)).toMatch(/\n~ pending {3}new {2}the gateway has not been listed yet\n/)
  })

  test('tells a guard once, and not for each entry that it holds', () => {
    const guard = { guard: 'unknown-ids', count: 3, limit: 0, managed: 3 } as const
    const entries = recorded.entries.map((entry) => ({ ...entry, state: 'held', reason: 'unknown-ids' }) as const)
    const strange = { state: 'held', reason: 'unknown-ids' } as const
    const providerKeys = sampleStatus().providerKeys.map((key) => Object.assign({}, key, strange))
    const summary = { ...recorded.summary, managed: 0, held: 1 }
    const text = textOf({ ...sampleStatus(), guards: [guard], entries, providerKeys, summary })
    expect(text).toContain('■ the gateway knows none of the 3 configurations')
    expect(text).not.toContain('web')
    expect(text).not.toContain('aigpk_')
    expect(text).toMatch(/\n0 managed, 1 held, 1 module not loading, 1 guard blocking\.\n9 provider keys: 9 held\.\n$/)
  })

  test('lets no name drive the terminal or break a line', () => {
    const [entry] = recorded.entries
    const hostile = { ...entry!, key: 'a\u001b[2Jb', state: 'failing', reason: 'retrying', msg: 'x\ny\u009b1m\u202e' } as const
    const text = textOf({ ...sampleStatus(), invalid: ['c\r.ts'], entries: [hostile] })
    expect(text).toContain('× failing   a\\u001b[2Jb  aigac_1  failed: x\\ny\\u009b1m\\u202e; it is tried again by itself\n')
    expect(text).toContain('× c\\r.ts does not load')
    const [key] = sampleStatus().providerKeys
    const named = { ...key!, name: 'd\u001b[2J\ne', state: 'failed', reason: 'retrying', msg: 'x\ry' } as const
    expect(textOf({ ...recorded, providerKeys: [named] })).toMatch(
      /^× failed {4}provider key d\\u001b\[2J\\ne \(anthropic\).* failed: x\\ry; /m,
    )
    expect(renderDocument({ ...recorded, entries: [hostile] })).toMatch(/^[ -~]*\n$/)
  })
})

describe('the document of status', () => {
  const page = join(import.meta.dirname, '../../../docs/status.md')
  const block = /^```json status\n(.*?)^```$/ms

  test('is shown in docs/status.md as it is (UPDATE_DOCS=1 rewrites it)', async () => {
    const example = `${JSON.stringify(sampleStatus(), undefined, 2)}\n`
    if (process.env['UPDATE_DOCS']) {
      const text = await readFile(page, 'utf8')
      await writeFile(
        page,
        text.replace(block, () => `\`\`\`json status\n${example}\`\`\``),
      )
    }
    expect(block.exec(await readFile(page, 'utf8'))?.[1]).toBe(example)
  })

  test('has no property and no word that docs/status.md does not explain', async () => {
    const explained = (await readFile(page, 'utf8')).replaceAll(/^```json.*?^```$/gms, '')
    const { entries, guards: _, ...status } = sampleStatus()
    const { providerKeys } = status
    const words = [...entries, ...providerKeys].flatMap(({ state, reason }) => [state, reason ?? []]).flat()
    const names = [...Object.keys(status), ...Object.keys(entries[0]!), ...Object.keys(providerKeys[0]!), ...words]
    expect(names.filter((name) => !explained.includes(`\`${name}\``))).toEqual([])
  })
})

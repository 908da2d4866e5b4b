import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { SkipReason } from '../../../src/cli/import/skip.ts'
import { importDocument } from '../../../src/cli/render/import-document.ts'
import { importLines } from '../../../src/cli/render/import-lines.ts'
import { renderLines } from '../../../src/cli/render/text.ts'

const bot = { key: 'chatbot-production', id: 'aigac_1', name: 'Chatbot (production)', adopts: true }
const web = { key: 'team-a/web', id: 'aigac_2', name: 'Web', adopts: false }

const document = importDocument(
  [
    { file: 'chatbot-production.ts', text: '', subjects: [bot] },
    { file: 'team-a/web.ts', text: '', subjects: [web] },
  ],
  [
    { id: 'aigac_3', name: 'Jobs', reason: 'other-owner', msg: 'it belongs to the owner platform' },
    { id: 'aigac_4', name: ' Old\u001b', reason: 'not-declarable', msg: 'it cannot be declared: name: …' },
  ],
)

const HINTS = { dir: 'configs', plan: 'aigw-sync plan' }

function lines(...given: Parameters<typeof importLines>): string {
  return renderLines(importLines(...given), false)
}

test('every module is a line, so is what was left out, and then what to do next', () => {
  const [other] = document.skipped
  const skipped = [...document.skipped, { ...other!, id: 'aigac_5' }]
  expect(lines({ ...document, skipped }, { ...HINTS, init: 'aigw-sync init configs' })).toMatchInlineSnapshot(`
    "created    configs/chatbot-production.ts  chatbot-production, to adopt aigac_1
    created    configs/team-a/web.ts  team-a/web, aigac_2
    skipped    aigac_4 " Old\\u001b": it cannot be declared: name: …
    left       2 configurations: they belong to the owner platform

    See what they come to: aigw-sync plan
    For types in your editor: aigw-sync init configs
    "
  `)
})

test('a file that could not be written is said to have failed', () => {
  const skipped = [{ id: 'aigac_1', name: 'A', reason: 'not-written', msg: 'a.ts cannot be written: EACCES' }] as const
  expect(lines({ created: [], skipped }, HINTS)).toBe(
    'failed     aigac_1 "A": a.ts cannot be written: EACCES\n\nNothing is imported.\n',
  )
})

test('nothing to do is said as well', () => {
  expect(lines({ created: [], skipped: [] }, HINTS)).toBe('Nothing to import: what is on the gateway is declared already.\n')
})

describe('docs/import.md', () => {
  const page = join(import.meta.dirname, '../../../docs/import.md')
  const block = /^```json\n(.*?)^```$/ms

  test('shows the document as it is (UPDATE_DOCS=1 rewrites it)', async () => {
    const example = `${JSON.stringify(document, undefined, 2)}\n`
    if (process.env['UPDATE_DOCS']) {
      const text = await readFile(page, 'utf8')
      await writeFile(
        page,
        text.replace(block, () => `\`\`\`json\n${example}\`\`\``),
      )
    }
    expect(block.exec(await readFile(page, 'utf8'))?.[1]).toBe(example)
  })

  test('explains every property and every reason', async () => {
    const explained = (await readFile(page, 'utf8')).replace(block, '')
    const reasons: Record<SkipReason, true> = {
      declared: true,
      unknown: true,
      'other-owner': true,
      'duplicate-configuration': true,
      'not-declarable': true,
      'not-written': true,
    }
    const [created] = document.created
    const [skipped] = document.skipped
    const words = [...Object.keys({ ...document, ...created, ...skipped }), ...Object.keys(reasons)]
    expect(words.filter((word) => !explained.includes(`\`${word}\``))).toEqual([])
  })
})

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { planDocument } from '../../../src/cli/render/plan-document.ts'
import { validateDocument } from '../../../src/cli/render/validate-document.ts'
import { sampleLook, SETTINGS } from './sample.ts'

const page = join(import.meta.dirname, '../../../docs/plan.md')
const look = sampleLook()

describe.each<[string, object]>([
  ['plan', planDocument(look, SETTINGS)],
  ['validate', validateDocument(look.declared)],
])('the document of %s', (name, document) => {
  const block = new RegExp(`^\`\`\`json ${name}\n(.*?)^\`\`\`$`, 'ms')

  test('is shown in docs/plan.md as it is (UPDATE_DOCS=1 rewrites it)', async () => {
    const example = `${JSON.stringify(document, undefined, 2)}\n`
    if (process.env['UPDATE_DOCS']) {
      const text = await readFile(page, 'utf8')
      await writeFile(
        page,
        text.replace(block, () => `\`\`\`json ${name}\n${example}\`\`\``),
      )
    }
    expect(block.exec(await readFile(page, 'utf8'))?.[1]).toBe(example)
  })

  test('has no property that docs/plan.md does not explain', async () => {
    const explained = (await readFile(page, 'utf8')).replaceAll(/^```json.*?^```$/gms, '')
    expect(propertiesOf(document).filter((property) => !explained.includes(`\`${property}\``))).toEqual([])
  })
})

/** Every name of ours: what a field's value consists of is the API's. */
function propertiesOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap(propertiesOf))]
  if (typeof value !== 'object' || value === null) return []
  const { before: _, after: __, ...ours } = value as Record<string, unknown>
  return [...Object.keys(value), ...Object.values(ours).flatMap(propertiesOf)]
}

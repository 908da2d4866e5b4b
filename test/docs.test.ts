import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { eventsDocument } from '../src/log/document.ts'
import { settingsDocument } from '../src/settings/document.ts'

const docs = join(import.meta.dirname, '../docs')

test.each([
  ['settings.md', settingsDocument],
  ['events.md', eventsDocument],
])('docs/%s says what the catalogue says (UPDATE_DOCS=1 rewrites it)', async (name, render) => {
  const file = join(docs, name)
  if (process.env['UPDATE_DOCS']) await writeFile(file, render())
  expect(await readFile(file, 'utf8')).toBe(render())
})

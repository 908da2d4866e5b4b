import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { EXIT } from '../src/cli/exit-codes.ts'
import { FAULTS } from '../src/emulator/weather.ts'
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

test('README lists every exit code, and no other', async () => {
  const readme = await readFile(join(docs, '../README.md'), 'utf8')
  const section = readme.slice(readme.indexOf('| exit code |'))
  const listed = [...section.matchAll(/^\| ([\d, ]+) \|/gm)].flatMap(([, codes = '']) => codes.split(',').map(Number))
  expect(listed).toEqual([...new Set(Object.values(EXIT)), 130, 143].toSorted((a, b) => a - b))
})

test('README lists every fault of the emulator, and no other', async () => {
  const readme = await readFile(join(docs, '../README.md'), 'utf8')
  const section = readme.slice(readme.indexOf('| fault |'), readme.indexOf('| exit code |'))
  const listed = [...section.matchAll(/^\| (`.+?) \|/gm)].flatMap(([, names = '']) => names.replaceAll('`', '').split(', '))
  expect(listed.toSorted()).toEqual(FAULTS.toSorted())
})

test('every runtime dependency is justified in a decision, and no other is', async () => {
  const decision = await readFile(join(docs, 'decisions/0001-dependencies.md'), 'utf8')
  const justified = [...decision.matchAll(/^\| (@?[\w/-]+) \|/gm)].map(([, name]) => name).filter((name) => name !== 'package')
  const { dependencies } = JSON.parse(await readFile(join(docs, '../package.json'), 'utf8')) as { dependencies: object }
  expect(new Set(justified)).toEqual(new Set(Object.keys(dependencies)))
})

import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { EXIT } from '../src/cli/exit-codes.ts'
import { FAULTS } from '../src/emulator/weather.ts'
import { type Metric, METRICS } from '../src/daemon/metrics/catalogue.ts'
import { metricsDocument } from '../src/daemon/metrics/document.ts'
import { eventsDocument } from '../src/log/document.ts'
import { settingsDocument } from '../src/settings/document.ts'

const docs = join(import.meta.dirname, '../docs')

test.each([
  ['settings.md', settingsDocument],
  ['events.md', eventsDocument],
  ['metrics.md', metricsDocument],
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

test('every package that the sources import is justified in a decision, and no other is', async () => {
  const decision = await readFile(join(docs, 'decisions/0001-dependencies.md'), 'utf8')
  const justified = [...decision.matchAll(/^\| (@?[\w/-]+) \|/gm)].map(([, name]) => name).filter((name) => name !== 'package')
  const src = join(docs, '../src')
  const files = (await readdir(src, { recursive: true })).filter((name) => name.endsWith('.ts'))
  const texts = await Promise.all(files.map((name) => readFile(join(src, name), 'utf8')))
  const imported = [...texts.join('\n').matchAll(/^(?:import|export)\b.*? from '([^']+)'|\bimport\('([^']+)'\)/gm)]
  const packages = imported
    .map(([, named = '', lazily = named]) => /^(?:@[^/]+\/)?[^/]+/.exec(lazily)?.[0] ?? '')
    .filter((name) => !/^(?:\.|node:)/.test(name))
  expect(new Set(justified)).toEqual(new Set(packages))
})

test.each(['grafana-dashboard.json', 'alerts.yaml'])('docs/%s asks for metrics and labels that there are', async (name) => {
  const text = await readFile(join(docs, name), 'utf8')
  const asked = [...text.matchAll(/\b((?:aigw_sync|process)_[a-z_]+?)(?:_bucket|_sum|_count)?\b(?:\{((?:[^{}]|\{\{)*?)\})?/g)]
  const catalogue: Readonly<Record<string, Metric>> = METRICS
  const unknown = asked.filter(([, metric = '']) => !catalogue[metric]).map(([, metric]) => metric)
  expect(asked.length).toBeGreaterThan(5)
  expect(unknown).toEqual([])
  const labels = asked.flatMap(([, metric = '', matchers = '']) =>
    [...matchers.matchAll(/(\w+)(?:=~|!~|!=|=)/g)].map(([, label = '']) => ({ metric, label })),
  )
  const odd = labels.filter(({ metric, label }) => !['instance', 'job', ...(catalogue[metric]?.labels ?? [])].includes(label))
  expect(odd).toEqual([])
})

test('decisions are numbered without a gap, in their names and in their titles', async () => {
  const files = (await readdir(join(docs, 'decisions'))).filter((name) => name !== 'README.md').toSorted()
  const titles = await Promise.all(files.map((name) => readFile(join(docs, 'decisions', name), 'utf8')))
  const numbers = files.map((_, index) => String(index + 1).padStart(4, '0'))
  expect(files.map((name) => name.slice(0, 4))).toEqual(numbers)
  expect(titles.map((text) => text.match(/^# (\d{4}) /)?.[1])).toEqual(numbers)
})

test('every link in the documentation leads to a file that is there, and to a heading in it', async () => {
  const documents = (await readdir(docs, { recursive: true })).filter((name) => name.endsWith('.md'))
  const files = ['../README.md', '../CHANGELOG.md', ...documents].map((name) => join(docs, name))
  const dead = await Promise.all(files.map(deadLinks))
  expect(dead.flat()).toEqual([])
})

/** @returns each as `docs/a.md: b.md#c` */
async function deadLinks(file: string): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8')
  const links = [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = '']) => link)
  const dead = await Promise.all(links.map(async (link) => ((await isAlive(file, link)) ? [] : [link])))
  return dead.flat().map((link) => `${relative(join(docs, '..'), file)}: ${link}`)
}

async function isAlive(file: string, link: string): Promise<boolean> {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? file : resolve(dirname(file), path)
  if (!existsSync(target)) return false
  return anchor === undefined || headings(await readFile(target, 'utf8')).includes(anchor)
}

/** As GitHub makes anchors of them. */
function headings(text: string): readonly string[] {
  const titles = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title)
  return titles.map((title) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

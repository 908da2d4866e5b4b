import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { declarationOf, keyNamesOf } from '../../../src/cli/import/declare.ts'
import { draftModules } from '../../../src/cli/import/draft.ts'
import { moduleOfOne, moduleOfSeveral, type Wording } from '../../../src/cli/import/module-text.ts'
import { folderTsconfig, TYPES_PATH } from '../../../src/cli/init/tsconfig.ts'
import { contentDigest } from '../../../src/model/digest.ts'
import type { ObservedConfiguration } from '../../../src/model/observed.ts'
import { parseModule } from '../../../src/source/parse/parse.ts'
import { compile } from '../../index/tsc.ts'
import { open } from '../../source/modules/harness.ts'
import { temporaryFolder } from '../../support/process.ts'
import { hostileConfiguration, listed } from './observed.ts'

const OPTIONS = { owner: 'default', requireAccess: false, plainSecrets: false }
const ANYWHERE = { keys: [], isFree: () => true }

function wording(configuration: ObservedConfiguration, treatment = {}): Wording {
  return { declaration: declarationOf(configuration, treatment), keyNames: keyNamesOf(configuration) }
}

const key = (id: string, name: string) => ({ id, name, keyRedacted: 'sk-canary***' })

const chatbot = listed('aigac_0mww5ychm000e255sazsg', {
  name: 'Chatbot (production)',
  description: "Answers customers' questions",
  metadata: '{"team":"support","cost-center":4711}',
  access: {
    providers: { allow: ['openai', 'anthropic'] },
    models: { allow: ['openai/gpt-4o', 'anthropic/claude-sonnet-4-6'] },
  },
  router: {
    rules: [
      {
        provider: 'openai',
        steps: [
          { type: 'user', keys: [key('aigpk_1', 'openai-prod'), key('aigpk_2', '*/ bad')], keySelectionStrategy: 'ordered' },
          { type: 'ngrok', keys: [] },
        ],
      },
      { provider: 'anthropic', steps: [{ type: 'ngrok' }] },
    ],
  },
})

test('a module reads as if a person wrote it', () => {
  expect(moduleOfOne(wording(chatbot, { adopt: chatbot.id }))).toBe(`import { defineConfig } from 'aigw-sync'

export default defineConfig({
  name: 'Chatbot (production)',
  description: "Answers customers' questions",
  adopt: 'aigac_0mww5ychm000e255sazsg',
  metadata: { team: 'support', 'cost-center': 4711 },
  access: {
    providers: { allow: ['openai', 'anthropic'] },
    models: { allow: ['openai/gpt-4o', 'anthropic/claude-sonnet-4-6'] },
  },
  router: {
    rules: [
      {
        provider: 'openai',
        steps: [
          {
            type: 'user',
            keys: [
              { id: 'aigpk_1' }, // openai-prod
              { id: 'aigpk_2' },
            ],
          },
          { type: 'ngrok' },
        ],
      },
      { provider: 'anthropic', steps: [{ type: 'ngrok' }] },
    ],
  },
})
`)
})

test('several are one module, and those that reach everything say so', () => {
  const web = listed('aigac_1', { name: 'Web', access: { models: { allow: [] } }, router: { rules: [] } })
  const batch = listed('aigac_2', { name: 'Batch', description: '', metadata: '{}', access: {} })
  const members = [
    ['web', wording(web)],
    ['batch-2', wording(batch, { protect: true })],
  ] as const
  expect(moduleOfSeveral(members)).toBe(`import { defineConfigs } from 'aigw-sync'

export default defineConfigs({
  web: {
    name: 'Web',
    access: { models: { allow: [] } },
  },

  // Without \`access\`, keys reach every provider and model.
  'batch-2': {
    name: 'Batch',
    protect: true,
  },
})
`)
})

test('a long text has a line of its own, a long comment is cut', () => {
  const rules = [{ provider: 'openai', steps: [{ type: 'user', keys: [key('aigpk_1', 'word '.repeat(20) + 'end')] }] }]
  const long = listed('aigac_1', { name: 'a', description: 'x'.repeat(90), access: { models: { allow: [] } }, router: { rules } })
  const lines = moduleOfOne(wording(long)).split('\n')
  expect(lines).toContain('  description:')
  expect(lines).toContain(`    '${'x'.repeat(90)}',`)
  expect(lines.find((line) => line.includes('aigpk_1'))).toMatch(/^ {6}.*\/\/ word .*…$/)
  expect(Math.max(...lines.map(({ length }) => length))).toBe(100)
})

/** A key has one configuration, as `select` sees to. */
const differing = fc.uniqueArray(hostileConfiguration, {
  minLength: 1,
  maxLength: 12,
  selector: ({ id, name }) => [id, name],
  comparator: (a, b) => a[0] === b[0] || a[1] === b[1],
})

test('whatever the gateway says, the module loads, and declares just that', async () => {
  const { load } = await open()
  let round = 0
  await fc.assert(
    fc.asyncProperty(differing, async (configurations) => {
      round += 1
      const candidates = configurations.map((each, index) =>
        index % 3 === 0
          ? { configuration: each, isProtected: false }
          : { configuration: each, key: index % 3 === 1 ? `round${round}#${each.name}` : each.name, isProtected: true },
      )
      const { modules, skipped } = draftModules(candidates, ANYWHERE, OPTIONS)
      expect(modules.flatMap(({ subjects }) => subjects).length + skipped.length).toBe(configurations.length)
      const texts = Object.fromEntries(modules.map(({ file, text }) => [`r${round}/${file}`, text]))
      expect(JSON.stringify(texts)).not.toContain('canary')
      const loaded = await load(texts)
      for (const { file, subjects } of modules) {
        const value = loaded[`r${round}/${file}`]
        const entries = value?.ok ? parseModule({ ...value, file }, OPTIONS).unwrapOr([]) : []
        const expected = subjects.map(({ key: of, id, adopts }) => {
          const configuration = configurations.find((each) => each.id === id)
          return [of, configuration && contentDigest(configuration), adopts ? id : undefined, !adopts]
        })
        const found = entries.map((entry) => [entry.key, entry.digest, entry.adopt, entry.protect])
        expect(new Set(found)).toEqual(new Set(expected))
      }
      expect(skipped.map(({ msg }) => msg).filter((msg) => !/characters|white space|without # and|control/.test(msg))).toEqual([])
    }),
    { numRuns: 40 },
  )
})

test('an editor finds nothing wrong with them, and a formatter nothing to change', async () => {
  const dir = await temporaryFolder()
  const put = async (path: string, text: string) => {
    await mkdir(dirname(join(dir, path)), { recursive: true })
    await writeFile(join(dir, path), text)
  }
  const types = await readFile(fileURLToPath(new URL('../../../dist/index.d.ts', import.meta.url)), 'utf8')
  await put(TYPES_PATH, types)
  await put('tsconfig.json', folderTsconfig())
  await put('.oxfmtrc.json', '{ "semi": false, "singleQuote": true, "printWidth": 100 }')
  const seen = fc.sample(hostileConfiguration, { numRuns: 60, seed: 1 })
  const candidates = [chatbot, ...seen].map((configuration) => ({ configuration, isProtected: false }))
  const { modules } = draftModules(candidates, ANYWHERE, OPTIONS)
  for (const { file, text } of modules) await put(file, text)
  expect(await compile(dir)).toEqual([])
  await put('tsconfig.json', '{}\n') // of no interest to the formatter here
  await format(dir, ['chatbot-production.ts'])
  expect(await readFile(join(dir, 'chatbot-production.ts'), 'utf8')).toBe(
    modules.find(({ file }) => file === 'chatbot-production.ts')?.text,
  )
})

async function format(cwd: string, files: readonly string[]): Promise<void> {
  const formatter = join(dirname(fileURLToPath(import.meta.resolve('oxfmt/package.json'))), 'bin/oxfmt')
  await promisify(execFile)(process.execPath, [formatter, ...files], { cwd })
}

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { defaultLoaders } from 'cosmiconfig'
import { expect, onTestFinished, test } from 'vitest'
import type { Entry } from '../src/model/entry.ts'
import { describeKeyProblem } from '../src/model/key-problem.ts'
import type { KeyProblem } from '../src/model/planned.ts'
import { Secret, type SecretProblem } from '../src/model/secret.ts'
import { LARGEST_FILE } from '../src/secrets/file.ts'
import { readSecret } from '../src/secrets/read.ts'
import { unmarked } from '../src/source/evaluator/runtime.ts'
import { parseModule } from '../src/source/parse/parse.ts'

const root = join(import.meta.dirname, '..')
const [readme, formats, secrets] = await Promise.all(
  ['README.md', 'docs/formats.md', 'docs/secrets.md'].map((name) => readFile(join(root, name), 'utf8')),
)

const key = { provider: 'openai', name: 'openai-prod' }
const ids = ['aigpk_1', 'aigpk_2']
const notSet = await problemOf('OPENAI_API_KEY')

/** One of each, so that a new one does not compile without a line in the table. */
const PROBLEMS: { readonly [Type in KeyProblem['type']]: Extract<KeyProblem, { readonly type: Type }> } = {
  'secret-missing': { type: 'secret-missing', key, secret: { $env: 'OPENAI_API_KEY' }, problem: notSet },
  'provider-key-unknown': { type: 'provider-key-unknown', key },
  'provider-key-ambiguous': { type: 'provider-key-ambiguous', key, ids },
  'provider-key-contradiction': { type: 'provider-key-contradiction', key, sources: ['a.ts', 'b.ts'] },
  'provider-key-taken': { type: 'provider-key-taken', key, ids: ['aigpk_1'] },
  'provider-key-duplicate': { type: 'provider-key-duplicate', key, ids },
}

const REASONS: Readonly<Record<SecretProblem['reason'], true>> = {
  'not-set': true,
  missing: true,
  unreadable: true,
  empty: true,
  unusable: true,
}

async function problemOf($env: string): Promise<SecretProblem> {
  const read = await readSecret({ $env }, { env: {}, dir: '/', credentialsDirectory: undefined })
  return read.match(
    () => {
      throw new Error(`${$env} is not to be set`)
    },
    (problem) => problem,
  )
}

/** The blocks of a language in a document. */
function blocks(text = '', language: string): readonly string[] {
  return [...text.matchAll(/^```(\w+)\n([^]+?)^```$/gm)].flatMap(([, of, block = '']) => (of === language ? [block] : []))
}

function parse(value: unknown): readonly Entry[] {
  const rules = { owner: 'default', requireAccess: false, plainSecrets: false }
  return parseModule({ file: 'example.ts', ...unmarked(value) }, rules).unwrapOr([])
}

async function run(module: string): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'aigw-sync-readme-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const ours = JSON.stringify(pathToFileURL(join(root, 'src/index.ts')).href)
  await writeFile(join(folder, 'models.ts'), "export const models = ['openai/gpt-4o']")
  const file = join(folder, 'example.ts')
  await writeFile(file, module.replaceAll("'aigw-sync'", ours).replace("'../_shared/models.ts'", "'./models.ts'"))
  return ((await import(pathToFileURL(file).href)) as { readonly default: unknown }).default
}

test('docs/secrets.md has what is said of every problem with a provider key, and no other', () => {
  const table = secrets?.slice(secrets.indexOf('| `reason` |'))
  const rows = [...(table ?? '').matchAll(/^\| `([\w-]+)` \| (.+) \|$/gm)].map(([, type, msg]) => [type, msg])
  expect(rows.filter(([type]) => type !== 'reason')).toEqual(
    Object.values(PROBLEMS).map((problem) => [problem.type, describeKeyProblem(problem)]),
  )
})

test('docs/secrets.md names every reason why a secret is missing', () => {
  const [, sentence = ''] = secrets?.match(/^A secret is missing for one of these reasons: ([^]+?)\n\n/m) ?? []
  const named = [...sentence.matchAll(/`([\w-]+)`(?= \(|,|\.| )/g)].map(([, reason]) => reason)
  expect(named).toEqual(expect.arrayContaining(Object.keys(REASONS)))
})

test('docs/secrets.md says how large a file may be, and how a secret shows itself', () => {
  expect(secrets).toContain(`at most ${LARGEST_FILE / 1024} KiB`)
  expect(secrets).toContain(`\`${String(new Secret('sk-live', 'secret.env("OPENAI_API_KEY")'))}\``)
})

test('every module in README loads', async () => {
  const modules = blocks(readme, 'ts').filter((block) => block.includes('export default'))
  const names = await Promise.all(
    modules.map(async (module) => parse(await run(module)).map(({ configuration }) => configuration.name)),
  )
  expect(names).toEqual([['Chatbot (production)'], ['Web', 'Batch'], ['Chatbot (production)']])
})

test('the module with a secret in README says what the YAML in docs/formats.md says', async () => {
  const [, , module = ''] = blocks(readme, 'ts').filter((block) => block.includes('export default'))
  const [yaml = ''] = blocks(formats, 'yaml')
  const fromModule = parse(await run(module))[0]?.managedKeys
  expect(fromModule).toEqual(parse(defaultLoaders['.yaml']('example.yaml', yaml))[0]?.managedKeys)
  expect(formats).toContain(`"${fromModule?.[0]?.path}": "aigpk_…:…"`)
})

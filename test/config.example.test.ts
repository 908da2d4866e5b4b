import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import example from '../config.example.ts'
import { startEmulator } from '../src/emulator/emulator.ts'
import { encodeMetadata } from '../src/model/stamp.ts'
import { unmarked } from '../src/source/evaluator/runtime.ts'
import { parseModule } from '../src/source/parse/parse.ts'

const entries = parseExample(example).unwrapOr([])

function parseExample(value: unknown) {
  return parseModule({ file: 'example.ts', ...unmarked(value) }, { owner: 'default', requireAccess: true, plainSecrets: false })
}

/** The example as somebody has it who took its advice. */
async function uncommented(): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'aigw-sync-example-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const text = await readFile(new URL('../config.example.ts', import.meta.url), 'utf8')
  const advised = text.replaceAll(/^ *\/\/ (?=\{ provider)/gm, '').replace('{ defineConfigs }', '{ defineConfigs, secret }')
  const file = join(folder, 'example.ts')
  await writeFile(file, advised.replaceAll("'aigw-sync'", JSON.stringify(new URL('../src/index.ts', import.meta.url).href)))
  return ((await import(pathToFileURL(file).href)) as { readonly default: unknown }).default
}

test('the example declares what its comments say', () => {
  expect(entries.map(({ key }) => key)).toEqual(['example#chatbot', 'example#summaries'])
})

test('the example needs no provider key that an account has to have', () => {
  const steps = entries.flatMap(({ configuration }) => configuration.router?.rules ?? []).flatMap((rule) => rule.steps)
  expect(new Set(steps.map(({ type }) => type))).toEqual(new Set(['ngrok']))
})

test('the rules that the example only shows declare a stored provider key and a secret', async () => {
  const [entry] = parseExample(await uncommented()).unwrapOr([])
  const rules = entry?.configuration.router?.rules ?? []
  expect(rules.map(({ provider }) => provider)).toEqual(['openai', 'anthropic', 'google', 'groq'])
  expect(rules[2]?.steps[0]).toEqual({ type: 'user', keys: [{ name: 'google-prod' }] })
  expect(entry?.managedKeys).toMatchObject([{ provider: 'groq', name: 'groq-prod', secret: { $env: 'GROQ_API_KEY' } }])
})

test('the example restricts what every key may reach', () => {
  expect(entries.every(({ configuration }) => configuration.access?.models?.allow?.length)).toBe(true)
})

test('a gateway of a new account takes the example as it is', async () => {
  const started = await startEmulator()
  if (started.isErr()) throw new Error(JSON.stringify(started.error))
  const emulator = started.value
  const headers = { authorization: `Bearer ${emulator.token}`, 'content-type': 'application/json' }
  const answers = entries.map(({ key, configuration }) => {
    const metadata = encodeMetadata({ owner: 'default', key, nonce: 'n' }, configuration.metadata)
    const body = JSON.stringify({ ...configuration, metadata })
    return fetch(`${emulator.url}/access-key-configurations`, { method: 'POST', headers, body })
  })
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([201, 201])
  expect(emulator.state.configurations).toHaveLength(2)
  await emulator.close()
})

import { expect, test } from 'vitest'
import example from '../config.example.ts'
import { startEmulator } from '../src/emulator/emulator.ts'
import { encodeMetadata } from '../src/model/stamp.ts'
import { unmarked } from '../src/source/modules/runtime.ts'
import { parseModule } from '../src/source/parse/parse.ts'

const parsed = parseModule({ file: 'example.ts', ...unmarked(example) }, { owner: 'default', requireAccess: true })
const entries = parsed.isOk() ? parsed.value : []

test('the example declares what its comments say', () => {
  expect(entries.map(({ key }) => key)).toEqual(['example#chatbot', 'example#summaries'])
})

test('the example needs no provider key that an account has to have', () => {
  const steps = entries.flatMap(({ configuration }) => configuration.router?.rules ?? []).flatMap((rule) => rule.steps)
  expect(new Set(steps.map(({ type }) => type))).toEqual(new Set(['ngrok']))
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

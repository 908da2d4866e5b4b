import { beforeAll, expect, test } from 'vitest'
import { lexerReady } from '../../../src/source/modules/imports.ts'
import { mayLinger } from '../../../src/source/modules/linger.ts'
import { recordOf } from '../../../src/source/modules/record.ts'
import { open } from './harness.ts'

beforeAll(() => lexerReady)

test.each([
  "import { defineConfig } from 'aigw-sync'\nexport default defineConfig({ name: 'authentication, processed' })",
  "import { models } from './_models.ts'\nexport default { models: models.map((model) => model.toUpperCase()) }",
  "import data from './_data.json' with { type: 'json' }\nfunction named(name: string) { return { ...data, name } }\nexport default named('x')",
  'export class Team { constructors = 1 }\nexport default { name: new Date(0).toISOString() }',
])('when it has run, nothing may happen any more: %s', (text) => {
  expect(lingers(text)).toBe(false)
})

test.each([
  'Promise.reject(new Error("x"))',
  'void (async () => { throw new Error("x") })()',
  'setTimeout(() => { throw new Error("x") })',
  'setImmediate(() => {})',
  'queueMicrotask(() => {})',
  'process.nextTick(() => {})',
  'process["nextTick"](() => {})',
  'globalThis["set" + "Timeout"](() => {})',
  '[].filter["constructor"]("x")()',
  '(0, eval)("x")',
  's\\u0065tTimeout(() => {})',
  'await import("./_other.ts")',
  'import  ("./_other.ts")',
  'new Response("x").json()',
  'AbortSignal.timeout(1)',
  'Array.fromAsync([])',
  '({ then() {} })',
  'import { setTimeout as later } from "node:timers"\nlater(() => {})',
  'import { later } from "some-package"\nlater()',
])('something may happen later after: %s', (text) => {
  expect(lingers(text)).toBe(true)
})

test('so it may when a helper does it', async () => {
  const { load } = await open()
  const loaded = await load({
    'a.ts': "import { later } from './_later.ts'\nexport default { name: later('a') }",
    '_later.ts': "export function later(name: string) { Promise.reject(new Error('too late')); return name }",
  })
  expect(loaded['a.ts']).toMatchObject({ ok: false, problem: { msg: expect.stringContaining('too late') as string } })
})

test('whoever hides it is not blamed, and neither is who comes after', async () => {
  const { load } = await open()
  const hidden = '(() => {})["const" + "ructor"]("void Prom" + "ise.reject(new Error(1))")()\nexport default { name: "a" }'
  const quiet = Object.fromEntries(Array.from({ length: 5 }, (_, index) => [`b${index}.ts`, `export default { name: "b" }`]))
  const loaded = await load({ 'a.js': hidden, ...quiet, 'c.ts': 'await 1\nexport default { name: "c" }' })
  for (const file of [...Object.keys(quiet), 'c.ts']) expect(loaded[file]).toMatchObject({ ok: true })
})

function lingers(text: string): boolean {
  return mayLinger(recordOf({ path: 'a.ts', text, hash: text }))
}

import { Socket } from 'node:net'
import { expect, test, vi } from 'vitest'
import { Child } from '../../../src/source/evaluator/talk.ts'
import { open } from '../modules/harness.ts'

test('what is sent to a child in one turn is written in one piece', async () => {
  const written: string[] = []
  const child = new Child(() => ({ send: (text) => written.push(text), end: () => {} }), { frame: () => {}, died: () => {} })
  for (const id of [1, 2, 3]) child.send({ id })
  await Promise.resolve()
  child.send({ id: 4 })
  await Promise.resolve()
  expect(written).toEqual(['{"id":1}\n{"id":2}\n{"id":3}\n', '{"id":4}\n'])
})

test('what is long is written before more comes, so that no text grows too long for a string', () => {
  const written: string[] = []
  const child = new Child(() => ({ send: (text) => written.push(text), end: () => {} }), { frame: () => {}, died: () => {} })
  for (const id of [1, 2, 3]) child.send({ id, text: 'x'.repeat(700_000) })
  expect(written.map((text) => text.length)).toEqual([1_400_038])
})

test('many long modules are written in pieces that are not much longer than one', async () => {
  const { update } = await open()
  const write = vi.spyOn(Socket.prototype, 'write')
  const text = `export default { name: '${'x'.repeat(500_000)}'.length }`
  const entries = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`e${index}.ts`, `${text}\n// ${index}`]))
  const { loaded } = await update(entries)
  const requests = write.mock.calls.map(([each]) => String(each)).filter((each) => each.includes('"probe":'))
  expect(loaded.every(({ ok }) => ok)).toBe(true)
  expect(Math.max(...requests.map((each) => each.length))).toBeLessThan(2_000_000)
  write.mockRestore()
})

test('a thousand modules are handed to the evaluator in some dozens of writes, and one that changed in one', async () => {
  const { update } = await open()
  const write = vi.spyOn(Socket.prototype, 'write')
  const requests = () => write.mock.calls.filter(([text]) => String(text).includes('"probe":')).length
  await update(Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`e${index}.ts`, 'export default {}'])))
  expect(requests()).toBeLessThan(60)
  write.mockClear()
  await update({ 'e7.ts': 'export default { name: "x" }' })
  expect(requests()).toBe(1)
  write.mockRestore()
})

test('a helper that many share is run by itself once', async () => {
  const { update } = await open()
  const write = vi.spyOn(Socket.prototype, 'write')
  const text = "import './_shared.ts'\nexport default {}"
  const entries = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`e${index}.ts`, text]))
  await update({ ...entries, '_shared.ts': 'export {}' })
  const sent = write.mock.calls.map(([each]) => String(each)).join('')
  expect(sent.match(/"probe":true/g)).toHaveLength(1)
  expect(sent.match(/"probe":false/g)).toHaveLength(300)
  write.mockRestore()
})

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

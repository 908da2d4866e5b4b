import { expect, onTestFinished, test } from 'vitest'
import { Reader } from '../../../src/source/large/reader.ts'
import { blankRecord } from '../../../src/source/modules/record.ts'

function open(patienceMs?: number): Reader {
  const reader = new Reader(patienceMs)
  onTestFinished(() => reader.close())
  return reader
}

const data = blankRecord({ path: 'a.yaml', text: 'name: x\n', hash: '1' })
const file = { path: 'a.ts', text: "import './b.ts'\ntype A = 1\nexport default {}\n", hash: '2' }
const deadly = { path: 'a.ts', text: `export default ${'!'.repeat(300_000)}1`, hash: '3' }

test('says of files what is said of them here, in the order they were asked for', async () => {
  const reader = open()
  const answers = await Promise.all([reader.record(file), reader.data(data), reader.record({ ...file, path: 'b.ts' })])
  expect(answers).toMatchObject([
    {
      path: 'a.ts',
      hash: '2',
      form: 'module',
      code: expect.stringContaining('export default') as string,
      imports: [{ specifier: './b.ts' }],
    },
    { ok: true, value: { name: 'x' } },
    { path: 'b.ts' },
  ])
})

test('outlives a file that ends its process, and answers for those that wait behind it', async () => {
  const reader = open()
  const answers = await Promise.all([reader.record(deadly), reader.record(file), reader.record(deadly), reader.data(data)])
  expect(answers.map((answer) => ('ok' in answer ? answer.ok : answer.flaw === undefined))).toEqual([false, true, false, true])
})

test('gives up what takes too long, and says the limit', async () => {
  const reader = open(1)
  const way = 'the parser gave up on it: it took longer than 0.001 seconds; say it in several smaller files'
  expect(await reader.record(file)).toMatchObject({ path: 'a.ts', code: '', imports: [], flaw: { msg: way } })
  expect(await reader.data(data)).toEqual({ ok: false, finding: { kind: 'syntax', msg: way } })
})

test('answers what is still waiting when it is closed', async () => {
  const reader = open()
  const waiting = Promise.all([reader.record(file), reader.record(file)])
  await reader.close()
  const late = await reader.record(file)
  for (const { flaw } of [...(await waiting), late]) expect(flaw?.msg).toContain('aigw-sync is stopping')
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { PATIENCE } from '../../support/patience.ts'
import { descendants, isRunning } from '../../support/proc.ts'
import { isOverUnit, open } from '../modules/harness.ts'

const LOOP = 'for (;;) {}\nexport default {}'

describe('a module that never ends', () => {
  test('delays no other: its result comes last, as a timeout that names the limit', async () => {
    const { update, loader, late, events } = await open({ evaluationTimeoutMs: 2000 })
    const files = { 'a.ts': LOOP, 'b.ts': 'export default { b: 1 }', 'c.ts': 'export default { c: 1 }' }
    const { loaded, late: running } = await update(files)
    expect(running).toContain('a.ts')
    await loader.settled()
    const results = [...loaded, ...late]
    expect(results.map(({ file, ok }) => [file, ok])).toEqual([
      ['b.ts', true],
      ['c.ts', true],
      ['a.ts', false],
    ])
    expect(results[2]).toMatchObject({ problem: { problem: 'timeout', msg: expect.stringContaining('2000 ms') as string } })
    expect(events).toContainEqual({ event: 'evaluator.restarted', reason: 'timeout', file: 'a.ts' })
  })

  test('is forgotten when it is mended, and other updates are served meanwhile', async () => {
    const { update, load, late } = await open({ evaluationTimeoutMs: 60_000 })
    expect((await update({ 'a.ts': LOOP })).late).toEqual(['a.ts'])
    const { loaded, late: running } = await update({ 'b.ts': 'export default { b: 1 }' })
    expect([...loaded.map(({ file }) => file), ...running]).toEqual(['b.ts'])
    expect(await load({ 'a.ts': 'export default { a: 1 }' })).toMatchObject({ 'a.ts': { ok: true } })
    expect(late.filter(({ ok }) => !ok)).toEqual([])
  })

  test('because of an await that nothing settles is a timeout too', async () => {
    const { load } = await open({ evaluationTimeoutMs: 400 })
    const loaded = await load({ 'a.ts': 'await new Promise(() => undefined)\nexport default {}' })
    expect(loaded).toMatchObject({ 'a.ts': { ok: false, problem: { problem: 'timeout' } } })
  })

  test('as a helper of many is tried twice at most, not once for each, and is named', async () => {
    const { load, events } = await open({ evaluationTimeoutMs: 1500 })
    const user = "import { x } from './_loop.ts'\nexport default { x }"
    const users = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`u${n}.ts`, user]))
    const loaded = await load({ ...users, '_loop.ts': 'for (;;) {}\nexport const x = 1', 'free.ts': 'export default {}' })
    const { 'free.ts': free, ...others } = loaded
    expect(free).toMatchObject({ ok: true })
    expect(Object.keys(others)).toHaveLength(50)
    for (const each of Object.values(others)) {
      expect(each).toMatchObject({ problem: { problem: 'timeout', msg: expect.stringContaining('in _loop.ts: ') as string } })
    }
    expect(events.filter(({ event }) => event === 'evaluator.restarted').length).toBeLessThanOrEqual(2)
  })

  test('only after it has loaded is not blamed on the next, and stops nothing', async () => {
    const { load, update, loader, late } = await open({ evaluationTimeoutMs: 2000 })
    const leaves = 'setTimeout(() => { for (;;) {} }, 300)\nexport default { a: 1 }'
    expect(await load({ 'a.ts': leaves })).toMatchObject({ 'a.ts': { ok: true } })
    const waits = 'await new Promise((done) => setTimeout(done, 600))\nexport default { b: 1 }'
    const { loaded } = await update({ 'b.ts': waits })
    await loader.settled()
    expect([...loaded, ...late]).toMatchObject([{ file: 'b.ts', ok: true }])
    expect(await load({ 'c.ts': 'export default { c: 1 }' })).toMatchObject({ 'c.ts': { ok: true } })
  })

  test('comes in numbers, and delays neither those of its batch nor a later one', async () => {
    const { update, loader, late } = await open({ evaluationTimeoutMs: 60_000 })
    const loops = Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`loop${n}.ts`, LOOP]))
    const { loaded, late: running } = await update({ ...loops, 'z.ts': 'export default {}' })
    expect(loaded).toMatchObject([{ file: 'z.ts', ok: true }])
    expect(running.toSorted()).toEqual(Object.keys(loops))
    expect((await update({ 'new.ts': 'export default {}' })).loaded).toMatchObject([{ file: 'new.ts', ok: true }])
    expect(late).toEqual([])
    await update(Object.fromEntries(Object.keys(loops).map((file) => [file, 'export default {}'])))
    await loader.settled()
  })

  test('after others is run once more, by itself, and blamed after one time limit', async () => {
    const { load, events } = await open({ evaluationTimeoutMs: 1_000 })
    const loaded = await load({ 'a.ts': 'export default {}', 'b.ts': LOOP, 'c.ts': 'export default {}' })
    expect(loaded).toMatchObject({ 'a.ts': { ok: true }, 'b.ts': { ok: false }, 'c.ts': { ok: true } })
    expect(events).toEqual([
      { event: 'evaluator.restarted', reason: 'recycled' },
      { event: 'evaluator.restarted', reason: 'timeout', file: 'b.ts' },
    ])
  })

  test('only with what an earlier one left behind is not blamed: by itself it loads', async () => {
    const { load } = await open({ evaluationTimeoutMs: 60_000 })
    const leaves = 'setTimeout(() => { for (;;) {} }, 50)\nexport default {}'
    const waits = 'await new Promise((done) => setTimeout(done, 100))\nexport default {}'
    expect(await load({ 'a.ts': leaves, 'b.ts': waits })).toMatchObject({ 'a.ts': { ok: true }, 'b.ts': { ok: true } })
  })

  test('comes in numbers, and does not keep one waiting that takes a second', async () => {
    const { update, loader, late } = await open({ evaluationTimeoutMs: 300_000 })
    const waits = 'await new Promise(() => {})'
    const hanging = Object.fromEntries(Array.from({ length: 5 }, (_, n) => [`hangs${n}.ts`, waits]))
    const slow = 'await new Promise((done) => setTimeout(done, 1_200))\nexport default { slow: true }'
    const { loaded, late: running } = await update({ ...hanging, 'slow.ts': slow, 'z.ts': 'export default {}' })
    expect(loaded).toMatchObject([{ file: 'z.ts', ok: true }])
    expect(running).toHaveLength(6)
    await vi.waitFor(() => expect(late).toMatchObject([{ file: 'slow.ts', ok: true }]), PATIENCE)
    await update(Object.fromEntries(Object.keys(hanging).map((file) => [file, 'export default {}'])))
    await loader.settled()
  })

  test('comes in numbers: each is a timeout, and the others load', async () => {
    const { load } = await open({ evaluationTimeoutMs: 1000 })
    const loops = Object.fromEntries(Array.from({ length: 6 }, (_, n) => [`loop${n}.ts`, LOOP]))
    const loaded = await load({ ...loops, 'z.ts': 'export default {}' })
    expect(Object.keys(loaded)).toHaveLength(7)
    expect(Object.values(loaded).filter(({ ok }) => ok)).toMatchObject([{ file: 'z.ts' }])
  })
})

test('a slow module is late, not lost', async () => {
  const { update, loader, late } = await open()
  const slow = 'await new Promise((done) => setTimeout(done, 1500))\nexport default { slow: true }'
  expect(await update({ 'a.ts': slow })).toMatchObject({ loaded: [], late: ['a.ts'] })
  await loader.settled()
  expect(late).toEqual([{ ok: true, file: 'a.ts', value: { slow: true }, several: false }])
})

describe('a module that ends the evaluator', () => {
  test.each([
    ['by exit', 'process.exit(0)', 'exit', 'exit code 0'],
    ['by an exit that has no listeners', 'process.reallyExit(7)', 'exit', 'exit code 7'],
    [
      'by using all memory',
      'const all: string[][] = []\nfor (;;) all.push(Array.from({ length: 10_000 }, () => String(Math.random())))',
      'memory',
      '64 MB',
    ],
    [
      'by memory outside of the heap',
      'const all: Uint8Array[] = []\nfor (;;) all.push(new Uint8Array(4_000_000).fill(1))',
      'memory',
      '64 MB',
    ],
  ])('%s is blamed, and the rest goes on', async (_name, line, reason, msg) => {
    const { load, events } = await open({ evaluationMemoryMb: 64 })
    const results = await load({
      'a.ts': 'export default {}',
      'b.ts': `${line}\nexport default {}`,
      'c.ts': 'export default {}',
    })
    expect(results).toMatchObject({ 'a.ts': { ok: true }, 'c.ts': { ok: true } })
    expect(results['b.ts']).toMatchObject({
      ok: false,
      problem: { problem: 'exit', msg: expect.stringContaining(msg) as string },
    })
    expect(events).toContainEqual({ event: 'evaluator.restarted', reason, file: 'b.ts' })
  })

  test.each([
    ['an exit', 'process.exit(3)'],
    ['an error', "throw new Error('later')"],
  ])('by %s that comes when others run is not theirs', async (_name, later) => {
    const { load } = await open()
    const slow = 'await new Promise((done) => setTimeout(done, 5))\nexport default {}'
    const others = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`b${n}.ts`, slow]))
    const loaded = await load({ 'a.ts': `setTimeout(() => { ${later} }, 20)\nexport default {}`, ...others })
    expect(Object.values(loaded).filter(({ ok }) => !ok)).toEqual([])
    expect(Object.keys(loaded)).toHaveLength(21)
  })
})

describe('a module cannot', () => {
  test.each([
    ['read files', "import { readFileSync } from 'node:fs'\nexport default { x: readFileSync('/etc/hostname', 'utf8') }"],
    ['write files', "import { writeFileSync } from 'node:fs'\nexport default { x: writeFileSync('/tmp/aigw-sync-written', '') }"],
    ['start processes', "import { execSync } from 'node:child_process'\nexport default { x: execSync('id').toString() }"],
    ['start workers', "import { Worker } from 'node:worker_threads'\nnew Worker('', { eval: true })\nexport default {}"],
  ])('%s', async (_name, text) => {
    const { load } = await open()
    const { 'a.ts': loaded } = await load({ 'a.ts': text })
    expect(loaded).toMatchObject({
      ok: false,
      problem: { problem: 'threw', msg: expect.stringContaining('run isolated') as string },
    })
  })

  test('see the environment', async () => {
    const { load } = await open()
    expect((await load({ 'a.ts': 'export default { env: { ...process.env } }' }))['a.ts']).toMatchObject({
      ok: true,
      value: { env: {} },
    })
  })

  test('write to our output, or stop by writing much', async () => {
    const { load } = await open()
    const text =
      "for (let n = 0; n < 2000; n += 1) { console.log('x'.repeat(1000)); console.error('y'.repeat(1000)) }\nexport default { done: true }"
    expect((await load({ 'a.ts': text }))['a.ts']).toMatchObject({ ok: true, value: { done: true } })
  })
})

test.skipIf(isOverUnit()).each([
  ['that waits', ''],
  [
    'in an endless loop',
    `await loader.update({ upserted: [{ ...file, path: 'b.ts', text: 'for (;;) {}' }], removed: [] }, () => true)`,
  ],
])('a child %s ends with its parent, however that ends', async (_name, then) => {
  const module = new URL('../../../src/source/modules/loader.ts', import.meta.url)
  const script = `
    const { openLoader } = await import('${module.href}')
    const limits = { dir: '/nowhere', evaluationTimeoutMs: 20_000, evaluationMemoryMb: 64 }
    const file = { path: 'a.ts', text: 'export default {}', hash: '' }
    const loader = openLoader(limits, () => undefined, () => undefined)
    await loader.update({ upserted: [file], removed: [] }, () => true)
    ${then}
    console.log('there')`
  const parent = spawn(process.execPath, ['--no-warnings', '--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void parent.kill('SIGKILL'))
  await once(parent.stdout, 'data')
  const children = (await descendants(parent.pid ?? 0)).map(({ pid }) => pid)
  expect(children).not.toEqual([])
  parent.kill('SIGKILL')
  await vi.waitUntil(() => !children.some(isRunning), PATIENCE)
})

test('an update under way ends when the loader is closed', async () => {
  const { update, loader, late } = await open()
  const updated = update({ 'a.ts': LOOP })
  await loader.close()
  expect((await updated).loaded).toEqual([])
  expect(late).toEqual([])
})

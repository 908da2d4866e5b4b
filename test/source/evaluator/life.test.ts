import { chmod, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { PATIENCE } from '../../support/patience.ts'
import { descendants } from '../../support/proc.ts'
import { open } from '../modules/harness.ts'

interface Held {
  readonly children: number
  readonly descriptors: number
}

async function held(): Promise<Held> {
  const children = (await descendants(process.pid)).filter(({ commandLine }) => commandLine.includes('child.ts'))
  return { children: children.length, descriptors: (await readdir('/proc/self/fd')).length }
}

/** Pipes are closed a moment after the process at their other end. */
async function holdsAgain(expected: Held): Promise<void> {
  await vi.waitFor(async () => expect(await held()).toEqual(expected), { ...PATIENCE, interval: 50 })
}

/** What this process holds without a loader, once all that a loader brings with it was there. */
async function heldWithout(): Promise<Held> {
  const { load, loader } = await open()
  await load({ 'a.ts': 'export default {}' })
  await loader.close()
  return held()
}

test('300 reloads with a child for every 50 leave one child and not one descriptor more, and closing leaves none', async () => {
  const without = await heldWithout()
  const { load, loader, events } = await open({ recycleAfter: 50 })
  const reload = async (n: number): Promise<void> =>
    expect((await load({ 'a.ts': `export default { n: ${n} }` }))['a.ts']).toMatchObject({ ok: true, value: { n } })
  await reload(0)
  const one = await held()
  expect(one.children).toBe(without.children + 1)
  for (let n = 1; n <= 300; n += 1) await reload(n)
  expect(events).toEqual(Array.from({ length: 6 }, () => ({ event: 'evaluator.restarted', reason: 'recycled' })))
  await holdsAgain(one)
  await loader.close()
  await holdsAgain(without)
})

test('modules that hang, end, print or fill their child leave none of it either', async () => {
  await heldWithout()
  const { load } = await open({ evaluationTimeoutMs: 1000, evaluationMemoryMb: 64 })
  await load({ 'a.ts': 'export default {}' })
  const one = await held()
  const bad = {
    'hangs.ts': 'for (;;) {}',
    'waits.ts': 'await new Promise(() => {})',
    'ends.ts': 'process.exit(1)',
    'fills.ts': 'const all: unknown[] = []\nfor (;;) all.push(new Uint8Array(4_000_000).fill(1))',
    'prints.ts': "for (;;) console.error('x'.repeat(10_000))",
    'ticks.ts': 'setInterval(() => {}, 1)\nexport default {}',
  }
  for (let n = 0; n < 2; n += 1) {
    const files = Object.entries(bad).map(([path, text]) => [path, `${text} // ${n}`])
    const loaded = await load(Object.fromEntries(files))
    expect(Object.keys(loaded)).toHaveLength(6)
    for (const each of Object.values(loaded)) expect(each).toMatchObject({ ok: each.file === 'ticks.ts' })
  }
  await holdsAgain(one)
})

test('a child that never comes up is not started over and over: each of many modules is told so, after two tries', async () => {
  const { dir, loader } = await open()
  await loader.close()
  const node = process.execPath
  onTestFinished(() => void (process.execPath = node))
  process.execPath = join(dir, 'node')
  await writeFile(process.execPath, `#!/bin/sh\necho start >> ${dir}/starts\necho no such flag >&2\nexit 9\n`)
  await chmod(process.execPath, 0o755)
  const other = await open()
  const files = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`e${n}.ts`, 'export default {}']))
  const loaded = Object.values(await other.load(files))
  expect(loaded).toHaveLength(100)
  for (const each of loaded) {
    expect(each).toMatchObject({
      problem: { problem: 'exit', msg: expect.stringContaining('does not start: exit code 9; no such flag') as string },
    })
  }
  const starts = (): Promise<string> => readFile(join(dir, 'starts'), 'utf8')
  expect((await starts()).split('\n').length - 1).toBeLessThanOrEqual(3)
})

test('a child that cannot be started is a problem of what waits for it, and is tried again with the next', async () => {
  const node = process.execPath
  onTestFinished(() => void (process.execPath = node))
  process.execPath = '/nowhere/node'
  const { load } = await open()
  const { 'a.ts': loaded } = await load({ 'a.ts': 'export default {}' })
  expect(loaded).toMatchObject({ problem: { problem: 'exit', msg: expect.stringContaining('does not start') as string } })
  process.execPath = node
  expect(await load({ 'a.ts': 'export default { again: true }' })).toMatchObject({ 'a.ts': { ok: true } })
})

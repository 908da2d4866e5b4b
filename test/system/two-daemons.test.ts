import { readFile, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { named, openScene } from '../support/scene.ts'

test('a second daemon on the same lockfile refuses, naming the first, and touches nothing', async () => {
  const { put, settled, start, posts, lockfilePath } = await openScene()
  await put('web.json', named('Web'))
  const first = await settled()
  const before = await readFile(lockfilePath, 'utf8')
  const second = start('run')
  expect(await second.ended).toBe(75)
  expect(second.events()).toEqual(['daemon.started', 'daemon.failed'])
  expect(second.told('daemon.failed')[0]?.msg).toContain(`pid ${first.child.pid}`)
  const once = start('apply')
  expect(await once.ended).toBe(75)
  expect(once.told('daemon.failed')[0]?.msg).toContain(`pid ${first.child.pid}`)
  expect(await readFile(lockfilePath, 'utf8')).toBe(before)
  expect(posts).toEqual(['web'])
  await put('batch.json', named('Batch'))
  await first.until(({ event, key }) => event === 'config.created' && key === 'batch')
})

test('a daemon with a lockfile of its own is another matter', async () => {
  const { put, settled, start } = await openScene()
  await put('web.json', named('Web'))
  await settled()
  const second = start('run', '--lockfile', 'other.lock.json')
  expect(await second.until('config.linked')).toMatchObject({ key: 'web' })
})

test('after the first was killed, the next one starts at once', async () => {
  const { put, settled, posts } = await openScene()
  await put('web.json', named('Web'))
  const first = await settled()
  expect(await first.kill('SIGKILL')).toBe('SIGKILL')
  const next = await settled()
  expect(next.events()).toEqual(['daemon.started', 'source.loaded', 'plan.computed', 'daemon.ready'])
  expect(await next.kill('SIGTERM')).toBe(0)
  expect(posts).toEqual(['web'])
})

test('a daemon whose lease somebody else took stops by itself', async () => {
  const { put, settled, lockfilePath } = await openScene()
  await put('web.json', named('Web'))
  const daemon = await settled()
  const lease = JSON.parse(await readFile(`${lockfilePath}.lease`, 'utf8')) as object
  const others = JSON.stringify({ ...lease, nonce: 'another' })
  await writeFile(`${lockfilePath}.lease`, others)
  expect(await daemon.ended).toBe(75) // it looks every ten seconds
  expect(daemon.told('daemon.failed')[0]?.msg).toContain('taken over')
  expect(await readFile(`${lockfilePath}.lease`, 'utf8')).toBe(others)
})

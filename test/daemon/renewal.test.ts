import { mkdir, rename } from 'node:fs/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { SyncEvent } from '../../src/model/events.ts'
import { type Renewal, startRenewal } from '../../src/daemon/renewal.ts'
import { SecretBook } from '../../src/secrets/book.ts'
import { keepToken } from '../../src/settings/token-keeper.ts'
import { secretFolder } from '../secrets/folder.ts'
import { valueOf } from '../settings/result.ts'
import { PATIENCE } from '../support/patience.ts'

/** A token and two secrets in files, watched. */
async function stage() {
  const { put: write, path, places } = await secretFolder()
  // In one step: one that is half written when it is read, on a busy machine, is another value for a moment, and told as one.
  const put = async (name: string, content: string) => rename(await write('aside', content), path(name))
  await put('token', 'first')
  await put('a', 'sk-1')
  const events: SyncEvent[] = []
  const report = (event: SyncEvent) => void events.push(event)
  const token = valueOf(await keepToken({ env: { AI_GATEWAY_API_KEY_FILE: path('token') } }, report))
  const secrets = new SecretBook(places())
  await secrets.learn([{ $file: 'a' }, { $file: 'later/b' }])
  const changed = vi.fn<(references: ReadonlySet<string>) => void>()
  const renewal: Renewal = startRenewal({ token, secrets, changed }, report)
  onTestFinished(() => renewal.close())
  await renewal.follow()
  return { put, path, events, token, changed, renewal }
}

test('a token file that changes is read anew by itself', async () => {
  const { put, token, changed } = await stage()
  await put('token', 'second')
  await vi.waitUntil(() => token.current() === 'second', PATIENCE)
  expect(changed).not.toHaveBeenCalled()
})

test('a secret file that changes is told by its reference; one that is written as it was is not', async () => {
  const { put, changed, token } = await stage()
  await put('a', 'sk-1')
  await put('token', 'second')
  await vi.waitUntil(() => token.current() === 'second', PATIENCE)
  expect(changed).not.toHaveBeenCalled()
  await put('a', 'sk-2')
  await vi.waitUntil(() => changed.mock.calls.length > 0, PATIENCE)
  expect(changed).toHaveBeenCalledExactlyOnceWith(new Set(['secret.file("a")']))
})

test('reloading reads everything, also what nobody was heard of', async () => {
  const { put, path, changed, renewal } = await stage()
  await mkdir(path('later'))
  await put('later/b', 'sk-3')
  await renewal.reload()
  expect(changed).toHaveBeenCalledExactlyOnceWith(new Set(['secret.file("later/b")']))
  await put('later/b', 'sk-4')
  await vi.waitUntil(() => changed.mock.calls.length > 1, PATIENCE)
})

test('once it is closed nothing is read any more', async () => {
  const { put, path, token, renewal, events } = await stage()
  await renewal.close()
  const watched = await stage()
  await put('token', 'second')
  await watched.put('token', 'second')
  await vi.waitUntil(() => watched.token.current() === 'second', PATIENCE)
  expect(token.current()).toBe('first')
  expect(path('token')).not.toBe(watched.path('token'))
  expect(events).toEqual([])
})

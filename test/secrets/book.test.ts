import { inspect } from 'node:util'
import { unlink } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { Secret, type SecretLook, type SecretSource } from '../../src/model/secret.ts'
import { SecretBook } from '../../src/secrets/book.ts'
import { secretFolder } from './folder.ts'

function fingerprint(look: SecretLook): string | undefined {
  return look.type === 'found' ? look.seal.fingerprint('nonce') : undefined
}

const A: SecretSource = { $file: 'a' }
const B: SecretSource = { $file: 'b' }
const KEY: SecretSource = { $env: 'KEY' }

test('what was never read is missing, and says so', async () => {
  const { places } = await secretFolder()
  const look = new SecretBook(places()).look(A)
  expect(look).toEqual({ type: 'missing', reason: 'missing', msg: 'secret.file("a") was not read yet' })
})

test('what is learned is remembered, and told where it is news', async () => {
  const { put, places } = await secretFolder()
  await put('a', 'sk-1')
  const book = new SecretBook(places())
  expect(await book.learn([A, B, A])).toEqual(new Set(['secret.file("a")', 'secret.file("b")']))
  expect(await book.learn([A, B])).toEqual(new Set())
  expect(book.look(A).type).toBe('found')
  expect(book.look(B)).toMatchObject({ type: 'missing', reason: 'missing' })
})

test('reading again tells what changed, and nothing else', async () => {
  const { put, places } = await secretFolder()
  const env = { KEY: 'sk-env' }
  await put('a', 'sk-1')
  const gone = await put('b', 'sk-2')
  const book = new SecretBook(places({ env }))
  await book.learn([A, B, KEY])
  const before = fingerprint(book.look(A))
  expect(await book.refresh()).toEqual(new Set())
  await put('a', 'sk-3\n')
  await unlink(gone)
  expect(await book.refresh()).toEqual(new Set(['secret.file("a")', 'secret.file("b")']))
  expect(fingerprint(book.look(A))).not.toBe(before)
  expect(book.look(B)).toMatchObject({ type: 'missing' })
  await put('a', 'sk-1')
  await book.refresh()
  expect(fingerprint(book.look(A))).toBe(before)
})

test('revealing reads anew, and what is known keeps up with it', async () => {
  const { put, places } = await secretFolder()
  await put('a', 'sk-1')
  const book = new SecretBook(places())
  await book.learn([A])
  const before = fingerprint(book.look(A))
  await put('a', 'sk-2')
  expect((await book.reveal(A)).map((secret) => secret.reveal()).unwrapOr('')).toBe('sk-2')
  expect(fingerprint(book.look(A))).not.toBe(before)
  expect((await book.reveal(B)).isErr()).toBe(true)
  expect(book.look(B)).toMatchObject({ type: 'missing', msg: expect.stringContaining('is not there') })
})

test('what is not retained is forgotten', async () => {
  const { put, places, path } = await secretFolder()
  await put('a', 'sk-1')
  const book = new SecretBook(places())
  await book.learn([A, B, KEY])
  expect(book.files).toEqual(new Set([path('a'), path('b')]))
  book.retain([A])
  expect(book.look(A).type).toBe('found')
  expect(book.look(B)).toMatchObject({ msg: expect.stringContaining('not read yet') })
  expect(book.files).toEqual(new Set([path('a')]))
})

test('a thousand places are read, each once', async () => {
  const { places } = await secretFolder()
  const env = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`KEY_${index}`, `value ${index}`]))
  const book = new SecretBook(places({ env }))
  const sources = Object.keys(env).map(($env) => ({ $env }))
  expect((await book.learn(sources)).size).toBe(1_000)
  expect(new Set(sources.map((source) => fingerprint(book.look(source)))).size).toBe(1_000)
})

test('a value in the module is found without being read, and is never news', async () => {
  const { places } = await secretFolder()
  const plain = { $plain: new Secret('sk-1', 'the module') }
  const book = new SecretBook(places())
  expect(fingerprint(book.look(plain))).toBeDefined()
  expect(book.look(plain)).toBe(book.look(plain))
  expect(await book.learn([plain])).toEqual(new Set())
  expect((await book.reveal(plain)).map((secret) => secret.reveal()).unwrapOr('')).toBe('sk-1')
})

test('the book holds no value', async () => {
  const { put, places } = await secretFolder()
  await put('a', 'hunter2-hunter2-hunter2')
  const book = new SecretBook(places())
  await book.learn([A])
  expect(inspect(book, { showHidden: true, depth: 20 }) + JSON.stringify(book)).not.toContain('hunter2')
})

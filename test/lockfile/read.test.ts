import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { formatLockfile } from '../../src/lockfile/format.ts'
import { normalizeApiUrl, readLockfile } from '../../src/lockfile/read.ts'
import { aFolder, anEntry, errorOf, IDENTITY, valueOf } from './samples.ts'

const LOCKFILE = { lockfileVersion: 1, ...IDENTITY, entries: new Map([['a', anEntry()]]) } as const

function aFileWith(content: string | Buffer): { path: string } & typeof IDENTITY {
  const path = join(aFolder(), 'lock.json')
  writeFileSync(path, content)
  return { path, ...IDENTITY }
}

describe('what is found', () => {
  test('is a lockfile of ours', async () => {
    const reading = await readLockfile(aFileWith(formatLockfile(LOCKFILE)))
    expect(valueOf(reading)).toEqual({ type: 'found', lockfile: LOCKFILE })
  })

  test('may begin with a byte order mark', async () => {
    const reading = await readLockfile(aFileWith(`\uFEFF${formatLockfile(LOCKFILE)}`))
    expect(valueOf(reading).type).toBe('found')
  })

  test('is nothing, where even the folder is missing, and none is made', async () => {
    const folder = aFolder()
    const reading = await readLockfile({ path: join(folder, 'a/lock.json'), ...IDENTITY })
    expect(valueOf(reading)).toEqual({ type: 'missing' })
    expect(readdirSync(folder)).toEqual([])
  })

  test.each([
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), { type: 'not-text' }],
    ['an empty file', '', { type: 'not-json', line: 1, column: 1, truncated: true }],
  ])('is damage: %s', async (_what, content, problem) => {
    const reading = await readLockfile(aFileWith(content))
    expect(valueOf(reading)).toEqual({ type: 'damaged', problem })
  })

  test.each([
    ['', 'default'],
    [', whoever owns it', 'blue'],
  ])("is another gateway's%s", async (_whose, owner) => {
    const file = aFileWith(formatLockfile(LOCKFILE))
    const reading = await readLockfile({ ...file, owner, apiUrl: 'http://127.0.0.1:4040' })
    expect(valueOf(reading)).toEqual({ type: 'other-gateway', recorded: 'https://api.ngrok.ai' })
  })

  test("is the former owner's, for who takes over", async () => {
    const reading = await readLockfile({ ...aFileWith(formatLockfile(LOCKFILE)), owner: 'blue', formerOwner: 'default' })
    expect(valueOf(reading)).toEqual({ type: 'found', lockfile: LOCKFILE })
  })
})

describe('what is refused', () => {
  test('is a later version', async () => {
    const file = aFileWith('{"lockfileVersion": 2}')
    expect(errorOf(await readLockfile(file))).toEqual({ type: 'newer-version', version: 2, path: file.path })
  })

  test("is another owner's", async () => {
    const file = aFileWith(formatLockfile(LOCKFILE))
    const refused = { type: 'other-owner', path: file.path, recorded: 'default', owner: 'blue' }
    expect(errorOf(await readLockfile({ ...file, owner: 'blue' }))).toEqual(refused)
    expect(errorOf(await readLockfile({ ...file, owner: 'blue', formerOwner: 'green' }))).toEqual(refused)
  })

  test('is a folder', async () => {
    const path = join(aFolder(), 'lock.json')
    mkdirSync(path)
    const error = errorOf(await readLockfile({ path, ...IDENTITY }))
    expect(error).toMatchObject({ type: 'unreadable', path, code: 'EINVAL' })
  })

  test('is a named pipe, without waiting for a writer', async () => {
    const path = join(aFolder(), 'lock.json')
    execFileSync('mkfifo', [path])
    expect(errorOf(await readLockfile({ path, ...IDENTITY }))).toMatchObject({ type: 'unreadable' })
  })

  test.skipIf(process.getuid?.() === 0)('is a file that we may not read', async () => {
    const file = aFileWith('')
    chmodSync(file.path, 0)
    expect(errorOf(await readLockfile(file))).toMatchObject({ type: 'unreadable', code: 'EACCES' })
  })
})

test.each([
  ['https://api.ngrok.ai/', 'https://api.ngrok.ai'],
  ['https://api.ngrok.ai', 'https://api.ngrok.ai'],
  ['HTTPS://API.ngrok.ai:443', 'https://api.ngrok.ai'],
  ['http://127.0.0.1:4040/v1//', 'http://127.0.0.1:4040/v1'],
  ['no url/', 'no url'],
])('the URL %s is %s', (given, normal) => {
  expect(normalizeApiUrl(given)).toBe(normal)
})

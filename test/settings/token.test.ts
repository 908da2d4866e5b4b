import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { format, inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeTokenError, findToken } from '../../src/settings/token.ts'
import { errorOf, valueOf } from './result.ts'

const FILES: Readonly<Record<string, string>> = {
  '/credentials/ai-gateway-api-key': 'from-credential\n',
  '/secrets/key': '\ufefffrom-file\r\n',
  '/secrets/blank': ' \n',
  '/secrets/two': 'one two\n',
  '/secrets/control': 'a\u0000b',
  '/secrets/letter': 'schlüssel',
}

async function readFile(path: string): Promise<string> {
  const text = FILES[path]
  if (text !== undefined) return text
  throw Object.assign(new Error(`${path === '/secrets/locked' ? 'EACCES: permission denied' : 'ENOENT'}, open '${path}'`), {
    code: path === '/secrets/locked' ? 'EACCES' : 'ENOENT',
  })
}

const everything = {
  CREDENTIALS_DIRECTORY: '/credentials',
  AI_GATEWAY_API_KEY_FILE: '/secrets/key',
  AI_GATEWAY_API_KEY: ' from-variable ',
}

describe('the strongest place counts', () => {
  test.each([
    ['the systemd credential', everything, 'from-credential'],
    ['the file, where there is no such credential', { ...everything, CREDENTIALS_DIRECTORY: '/elsewhere' }, 'from-file'],
    ['the file, where there are no credentials', { ...everything, CREDENTIALS_DIRECTORY: undefined }, 'from-file'],
    ['the variable, where there is nothing else', { AI_GATEWAY_API_KEY: ' from-variable ' }, 'from-variable'],
  ])('%s', async (_title, env, expected) => {
    expect(valueOf(await findToken({ env, readFile })).token.reveal()).toBe(expected)
  })
})

describe('a place without a usable token is an error that names it, and no weaker place stands in', () => {
  test.each([
    [
      { AI_GATEWAY_API_KEY_FILE: '/secrets/gone' },
      /from the file named by AI_GATEWAY_API_KEY_FILE \(\/secrets\/gone\): there is no such file$/,
    ],
    [{ AI_GATEWAY_API_KEY_FILE: '/secrets/locked' }, /\(\/secrets\/locked\): EACCES: permission denied$/],
    [{ AI_GATEWAY_API_KEY_FILE: '/secrets/blank' }, /^the file named by AI_GATEWAY_API_KEY_FILE \(\/secrets\/blank\) is empty/],
    [{ AI_GATEWAY_API_KEY_FILE: '/secrets/two' }, /\/secrets\/two\) holds no AI Gateway API key/],
    [{ AI_GATEWAY_API_KEY_FILE: '/secrets/control' }, /holds no AI Gateway API key/],
    [{ AI_GATEWAY_API_KEY_FILE: '/secrets/letter' }, /holds no AI Gateway API key/],
  ])('%j', async (env, expected) => {
    const error = errorOf(await findToken({ env: { AI_GATEWAY_API_KEY: 'x', ...env }, readFile }))
    expect(describeTokenError(error)).toMatch(expected)
  })

  test('a token where the name of a file belongs, which is not repeated', async () => {
    for (const length of [10, 5_000]) {
      const env = { AI_GATEWAY_API_KEY_FILE: `hunter2${'x'.repeat(length)}` }
      expect(describeTokenError(errorOf(await findToken({ env })))).toMatch(/AI_GATEWAY_API_KEY_FILE: (?!.*hunter2)/)
    }
  })

  test('an empty variable', async () => {
    const error = errorOf(await findToken({ env: { AI_GATEWAY_API_KEY: '' }, readFile }))
    expect(describeTokenError(error)).toMatch(/^AI_GATEWAY_API_KEY is empty/)
  })
})

test('a folder of credentials without ours is no place', async () => {
  const env = { CREDENTIALS_DIRECTORY: '/elsewhere' }
  expect(errorOf(await findToken({ env, readFile }))).toEqual({ type: 'none' })
})

test('without any place, the message names the three, and the emulator', async () => {
  const text = describeTokenError(errorOf(await findToken({ env: {} })))
  for (const word of ['credential ai-gateway-api-key', 'AI_GATEWAY_API_KEY_FILE', 'or in AI_GATEWAY_API_KEY', '--emulator']) {
    expect(text).toContain(word)
  }
})

describe('from the disk', () => {
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aigw-sync-token-'))
    await writeFile(join(folder, 'ai-gateway-api-key'), 'on-disk\n')
  })

  afterAll(() => rm(folder, { recursive: true }))

  test('the credential is read', async () => {
    expect(valueOf(await findToken({ env: { CREDENTIALS_DIRECTORY: folder } })).token.reveal()).toBe('on-disk')
  })

  test('a folder in its place is an error', async () => {
    expect(errorOf(await findToken({ env: { AI_GATEWAY_API_KEY_FILE: folder } }))).toMatchObject({
      type: 'unreadable',
    })
  })
})

test('a token shows itself to nobody but who asks', async () => {
  const found = valueOf(await findToken({ env: { AI_GATEWAY_API_KEY: 'hunter2' } }))
  const { token } = found
  const shown = [
    String(token),
    ['the key: ', token].join(''),
    JSON.stringify({ found }),
    inspect(found, { showHidden: true, depth: 9 }),
    inspect({ nested: [token] }, { showHidden: true, depth: 9 }),
    format('%s %o %j', token, token, token),
    JSON.stringify(structuredClone(token)),
    Object.keys(token).join(),
  ]
  expect(shown.join('\n')).not.toContain('hunter2')
  expect(inspect(token)).toBe('[secret from AI_GATEWAY_API_KEY]')
  expect(token.reveal()).toBe('hunter2')
})

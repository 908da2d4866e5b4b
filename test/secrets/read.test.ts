import { execFileSync } from 'node:child_process'
import { chmod, link, mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { printable } from '../../src/model/printable.ts'
import { describeSecret, Secret, type SecretSource } from '../../src/model/secret.ts'
import { readSecret, type SecretPlaces } from '../../src/secrets/read.ts'
import { secretFolder } from './folder.ts'

const NOWHERE: SecretPlaces = { env: {}, dir: '/nowhere', credentialsDirectory: undefined }

async function valueAt(source: SecretSource, places: SecretPlaces): Promise<string> {
  const read = await readSecret(source, places)
  if (read.isErr()) throw new Error(read.error.msg)
  return read.value.reveal()
}

async function problemAt(source: SecretSource, places: SecretPlaces) {
  const read = await readSecret(source, places)
  if (read.isOk()) throw new Error('expected a problem')
  expect(read.error.msg.startsWith(printable(describeSecret(source)))).toBe(true)
  return read.error
}

describe('a variable', () => {
  test('is taken as it is, and as it is now', async () => {
    const env: Record<string, string> = { KEY: ' sk-1\n' }
    const places = { ...NOWHERE, env }
    expect(await valueAt({ $env: 'KEY' }, places)).toBe(' sk-1\n')
    env['KEY'] = 'sk-2'
    expect(await valueAt({ $env: 'KEY' }, places)).toBe('sk-2')
  })

  test('that is not set is a problem, which says that a restart is needed', async () => {
    expect(await problemAt({ $env: 'KEY' }, NOWHERE)).toEqual({
      reason: 'not-set',
      msg: 'secret.env("KEY") is not set in the environment of the daemon: set it there and start the daemon again, or put the value into a file, which is read anew by itself',
    })
  })

  test('that is empty is a problem', async () => {
    const problem = await problemAt({ $env: 'KEY' }, { ...NOWHERE, env: { KEY: '' } })
    expect(problem).toEqual({ reason: 'empty', msg: 'secret.env("KEY") is empty: expected a value' })
  })

  test('with a name that no variable has is a problem in one line', async () => {
    expect((await problemAt({ $env: '' }, { ...NOWHERE, env: { '': 'x' } })).reason).toBe('not-set')
    expect((await problemAt({ $env: 'A\u2028B' }, NOWHERE)).msg).toContain('A\\u2028B')
  })

  test('that holds our own token is refused', async () => {
    const problem = await problemAt({ $env: 'AI_GATEWAY_API_KEY' }, { ...NOWHERE, env: { AI_GATEWAY_API_KEY: 'hunter2' } })
    expect(problem.reason).toBe('unusable')
    expect(problem.msg).not.toContain('hunter2')
  })
})

describe('a file', () => {
  test.each([
    ['line breaks at its end are cut off', 'sk-1\r\n\n', 'sk-1'],
    ['other white space stays', ' sk-1 \n', ' sk-1 '],
    ['several lines stay', '{\n  "type": "service_account"\n}\n', '{\n  "type": "service_account"\n}'],
    ['letters beyond ASCII stay', 'schlüssel🔑', 'schlüssel🔑'],
    ['it may be as large as 64 KiB', 'x'.repeat(65_536), 'x'.repeat(65_536)],
  ])('%s', async (_title, content, expected) => {
    const { put, places } = await secretFolder()
    await put('key', content)
    expect(await valueAt({ $file: 'key' }, places())).toBe(expected)
  })

  test('is found by an absolute path, by one relative to the folder of modules, and through a link', async () => {
    const { put, places, path, dir } = await secretFolder()
    await put('key', 'sk-1')
    await mkdir(path('modules'))
    await symlink('../key', path('modules/link'))
    const inside = places({ dir: path('modules') })
    expect(await valueAt({ $file: join(dir, 'key') }, NOWHERE)).toBe('sk-1')
    expect(await valueAt({ $file: '../key' }, inside)).toBe('sk-1')
    expect(await valueAt({ $file: 'link' }, inside)).toBe('sk-1')
  })

  test.each([
    ['empty', '', 'empty', /is empty: expected a value in the file at .*\/key$/],
    ['nothing but line breaks', '\n\r\n', 'empty', /is empty/],
    ['too large', 'hunter2'.repeat(10_000), 'unusable', /larger than 64 KiB/],
    ['not UTF-8', Buffer.from([0x68, 0xff, 0x68]), 'unusable', /it is not UTF-8/],
    ['binary', 'hunter2\0', 'unusable', /NUL character/],
  ] as const)('that is %s is a problem, without its content', async (_title, content, reason, msg) => {
    const { put, places } = await secretFolder()
    await put('key', content)
    const problem = await problemAt({ $file: 'key' }, places())
    expect(problem.reason).toBe(reason)
    expect(problem.msg).toMatch(msg)
    expect(problem.msg).not.toContain('hunter2')
  })

  test('that is not there is a problem, which names where it was looked for', async () => {
    const { places, path } = await secretFolder()
    const expected = { reason: 'missing', msg: `secret.file("key") is not there: expected a file at ${path('key')}` }
    expect(await problemAt({ $file: 'key' }, places())).toEqual(expected)
  })

  test('that is a folder is a problem', async () => {
    const { path, places } = await secretFolder()
    await mkdir(path('key'))
    expect(await problemAt({ $file: 'key' }, places())).toMatchObject({ reason: 'unusable', msg: /it is a folder/ })
  })

  test('that is a FIFO is a problem at once', async () => {
    const { path, places } = await secretFolder()
    execFileSync('mkfifo', [path('key')])
    expect(await problemAt({ $file: 'key' }, places())).toMatchObject({ reason: 'unusable', msg: /no regular file/ })
  })

  test.each(['/dev/zero', '/dev/random', '/dev/null', '/proc/self/mem'])('that is %s is a problem at once', async (device) => {
    const { places } = await secretFolder()
    expect(['unusable', 'unreadable']).toContain((await problemAt({ $file: device }, places())).reason)
  })

  test.runIf(process.getuid?.() !== 0)('that may not be read is a problem in the words of the system', async () => {
    const { put, places } = await secretFolder()
    await chmod(await put('key', 'hunter2'), 0)
    const problem = await problemAt({ $file: 'key' }, places())
    expect(problem.reason).toBe('unreadable')
    expect(problem.msg).toContain('permission denied (EACCES)')
  })

  test('whose link leads to itself is a problem that names the path once', async () => {
    const { path, places } = await secretFolder()
    await symlink('key', path('key'))
    const { reason, msg } = await problemAt({ $file: path('key') }, places())
    expect(reason).toBe('unreadable')
    expect(msg.split(path('key'))).toHaveLength(2)
    expect(msg).toContain('(ELOOP)')
  })

  test.each([[''], ['a\0b']])('with the path %j is a problem', async (path) => {
    expect(await problemAt({ $file: path }, NOWHERE)).toMatchObject({ reason: 'unusable', msg: /is no path of a file/ })
  })
})

describe('the file of our own token is refused', () => {
  test.each([
    ['by its name', (key: string) => Promise.resolve(key)],
    [
      'through a link',
      async (key: string) => {
        await symlink(key, `${key}-link`)
        return `${key}-link`
      },
    ],
    [
      'by another name of it',
      async (key: string) => {
        await link(key, `${key}-twin`)
        return `${key}-twin`
      },
    ],
  ])('%s', async (_title, reach) => {
    const { put, places } = await secretFolder()
    const key = await put('token', 'hunter2')
    const reached = await reach(key)
    const problem = await problemAt({ $file: reached }, places({ env: { AI_GATEWAY_API_KEY_FILE: key } }))
    expect(problem.reason).toBe('unusable')
    expect(problem.msg).toContain('the token of aigw-sync itself')
    expect(problem.msg).not.toContain('hunter2')
    expect(await valueAt({ $file: reached }, places())).toBe('hunter2')
  })

  test('as a systemd credential, and as its file', async () => {
    const { put, places, dir } = await secretFolder()
    const path = await put('ai-gateway-api-key', 'hunter2')
    const given = places({ credentialsDirectory: dir })
    expect((await problemAt({ $credential: 'ai-gateway-api-key' }, given)).reason).toBe('unusable')
    expect((await problemAt({ $file: path }, given)).reason).toBe('unusable')
  })
})

describe('a systemd credential', () => {
  test('is a file in the folder of credentials', async () => {
    const { put, places, dir } = await secretFolder()
    await put('openai', 'sk-1\n')
    expect(await valueAt({ $credential: 'openai' }, places({ credentialsDirectory: dir }))).toBe('sk-1')
  })

  test('without a folder of credentials is a problem that says so', async () => {
    const problem = await problemAt({ $credential: 'openai' }, NOWHERE)
    expect(problem).toMatchObject({ reason: 'not-set', msg: /\$CREDENTIALS_DIRECTORY is not set/ })
  })

  test.each([['../key'], ['/etc/passwd'], ['..'], ['.'], ['']])('called %j is a problem', async (name) => {
    const { places, dir } = await secretFolder()
    expect(await problemAt({ $credential: name }, places({ credentialsDirectory: dir }))).toMatchObject({ reason: 'unusable' })
  })
})

test('a value in the module is itself', async () => {
  expect(await valueAt({ $plain: new Secret('sk-1', 'the module') }, NOWHERE)).toBe('sk-1')
})

test('what is read shows its reference instead of itself', async () => {
  const read = await readSecret({ $env: 'KEY' }, { ...NOWHERE, env: { KEY: 'hunter2' } })
  expect(String(read.isOk() && read.value)).toBe('[secret from secret.env("KEY")]')
})

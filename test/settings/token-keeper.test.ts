import { execFileSync } from 'node:child_process'
import { mkdtemp, rename, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { SyncEvent } from '../../src/model/events.ts'
import { Secret } from '../../src/model/secret.ts'
import { fixedToken, keepToken } from '../../src/settings/token-keeper.ts'
import { valueOf } from './result.ts'

/** A keeper of the token in a file, and the folder that is in. */
async function kept(environment: (folder: string) => Record<string, string>, files: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), 'aigw-sync-token-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const put = (name: string, text: string) => writeFile(join(folder, name), text)
  for (const [name, text] of Object.entries(files)) await put(name, text)
  const events: SyncEvent[] = []
  const env = environment(folder)
  const keeper = valueOf(await keepToken({ env }, (event) => void events.push(event)))
  const changed = vi.fn<() => void>()
  keeper.onChange(changed)
  return { folder, put, events, keeper, changed, env }
}

const fromFile = (folder: string) => ({ AI_GATEWAY_API_KEY_FILE: join(folder, 'token'), AI_GATEWAY_API_KEY: 'weaker' })
const fromCredential = (folder: string) => ({ CREDENTIALS_DIRECTORY: folder, AI_GATEWAY_API_KEY: 'weaker' })

describe.each([
  ['a file', fromFile, 'token', /^the file named by AI_GATEWAY_API_KEY_FILE \(/],
  ['a systemd credential', fromCredential, 'ai-gateway-api-key', /^the systemd credential ai-gateway-api-key$/],
] as const)('a token from %s', (_place, environment, name, place) => {
  test('is another one after its file has changed, and that is told without it', async () => {
    const { put, events, keeper, changed } = await kept(environment, { [name]: 'first\n' })
    expect(keeper.current()).toBe('first')
    expect(await keeper.renew()).toBe('same')
    expect(changed).not.toHaveBeenCalled()
    await put(name, 'second\n')
    expect(keeper.current()).toBe('first')
    expect(await keeper.renew()).toBe('changed')
    expect(keeper.current()).toBe('second')
    expect(changed).toHaveBeenCalledOnce()
    expect(events).toEqual([{ event: 'token.renewed', place: expect.stringMatching(place) }])
  })

  test('stays where its file is empty, broken or gone; each of that is told once, and no weaker place stands in', async () => {
    const { put, events, keeper, changed, folder } = await kept(environment, { [name]: 'first' })
    const shown = () => events.map(({ event }) => event)
    for (const text of ['', '', 'two words', 'two words']) {
      await put(name, text)
      expect(await keeper.renew()).toMatchObject({ type: text === '' ? 'empty' : 'malformed' })
    }
    expect(shown()).toEqual(['token.unreadable', 'token.unreadable'])
    await unlink(join(folder, name))
    for (let round = 0; round < 3; round++) expect(await keeper.renew()).toHaveProperty('type')
    expect(shown()).toHaveLength(3)
    expect(keeper.current()).toBe('first')
    expect(changed).not.toHaveBeenCalled()
    await put(name, 'second')
    expect(await keeper.renew()).toBe('changed')
    await put(name, '')
    await keeper.renew()
    expect(shown().slice(3)).toEqual(['token.renewed', 'token.unreadable'])
    expect(JSON.stringify(events)).not.toMatch(/first|second|two words/)
  })

  test('is read one time after the other, so that the last word counts', async () => {
    const { folder, put, keeper } = await kept(environment, { [name]: 'first' })
    const renewals: Promise<unknown>[] = []
    for (let round = 0; round < 20; round++) {
      await put('aside', `token-${round}`)
      await rename(join(folder, 'aside'), join(folder, name))
      renewals.push(keeper.renew())
    }
    await Promise.all(renewals)
    expect(keeper.current()).toBe('token-19')
  })

  test('names its file to be watched, and shows itself to nobody', async () => {
    const { folder, keeper } = await kept(environment, { [name]: 'hunter2' })
    expect(keeper.files).toEqual([join(folder, name)])
    expect(inspect(keeper, { showHidden: true, depth: 9 }) + JSON.stringify(keeper)).not.toContain('hunter2')
  })
})

test('a credential that comes later is stronger than the file that gave the token', async () => {
  const { put, keeper, folder } = await kept((dir) => ({ ...fromFile(dir), CREDENTIALS_DIRECTORY: dir }), { token: 'first' })
  expect(keeper.files).toEqual([join(folder, 'ai-gateway-api-key'), join(folder, 'token')])
  await put('ai-gateway-api-key', 'second')
  expect(await keeper.renew()).toBe('changed')
  expect(keeper.current()).toBe('second')
  expect(keeper.files).toEqual([join(folder, 'ai-gateway-api-key')])
})

test('a file named by a relative path is watched by its absolute one', async () => {
  const { keeper, folder } = await kept((dir) => ({ AI_GATEWAY_API_KEY_FILE: relative(process.cwd(), join(dir, 'token')) }), {
    token: 'first',
  })
  expect(keeper.files).toEqual([join(folder, 'token')])
})

test('a token from a variable has no file, and stays', async () => {
  const { keeper, events } = await kept(() => ({ AI_GATEWAY_API_KEY: 'first' }), {})
  expect(keeper.files).toEqual([])
  expect(await keeper.renew()).toBe('same')
  expect(events).toEqual([])
})

test('a FIFO in the place of its file keeps nobody waiting', async () => {
  const { keeper, folder } = await kept(fromFile, { token: 'first' })
  await unlink(join(folder, 'token'))
  execFileSync('mkfifo', [join(folder, 'token')])
  expect(await keeper.renew()).toMatchObject({ type: 'unreadable', msg: 'it is no regular file' })
  expect(keeper.current()).toBe('first')
})

test('a fixed token never changes', async () => {
  const keeper = fixedToken(new Secret('fixed', 'a test'))
  expect([keeper.current(), await keeper.renew(), keeper.files]).toEqual(['fixed', 'same', []])
})

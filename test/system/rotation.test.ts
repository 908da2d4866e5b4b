import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Kept, openKept, ROTATE } from '../support/kept.ts'
import { oneKey, rotateByHand, withKey } from '../support/own-key.ts'
import { resyncs } from '../support/scene.ts'

const FIRST = 'sk-the-first-value-0123456789'
const SECOND = 'sk-the-second-value-0123456789'

type Write = (folder: string, value: string, version: string) => Promise<void>

/** The ways in which a file `key` comes to have another content. */
const REPLACED: readonly { readonly how: string; readonly write: Write }[] = [
  { how: 'written in place', write: (folder, value) => writeFile(join(folder, 'key'), value) },
  {
    how: 'renamed over',
    async write(folder, value) {
      await writeFile(join(folder, 'aside'), value)
      await rename(join(folder, 'aside'), join(folder, 'key'))
    },
  },
  {
    how: 'swapped as Kubernetes does',
    async write(folder, value, version) {
      await point(folder, '..data', version, value)
      await symlink('..data/key', join(folder, 'key')).catch(() => {}) // it is there the second time
    },
  },
]

/** Lets a link lead to another folder with `key` in it, in one step. */
async function point(folder: string, link: string, version: string, value: string): Promise<void> {
  await mkdir(join(folder, version))
  await writeFile(join(folder, version, 'key'), value)
  await symlink(version, join(folder, 'aside'))
  await rename(join(folder, 'aside'), join(folder, link))
}

function routersOf({ emulator }: Kept): readonly unknown[] {
  return emulator.state.configurations.map(({ router, updatedAt }) => ({ router, updatedAt }))
}

test.each(REPLACED)('a file that is $how is rotated once, for all entries that share it', async ({ write }) => {
  const kept = await openKept()
  const { put, secrets, emulator, writes, records, running, finish } = kept
  await write(secrets, FIRST, '..v1')
  for (const key of ['a', 'b']) await put(`${key}.json`, withKey('shared', { $file: join(secrets, 'key') }))
  const daemon = await running(['a', 'b'])
  expect(writes.filter((each) => each === 'POST /provider-keys')).toHaveLength(1)
  const [made, rules, before, { id }] = [writes.length, routersOf(kept), await records(), oneKey(emulator, 'shared')]
  await write(secrets, SECOND, '..v2')
  const told = await daemon.until('provider-key.rotated')
  expect(told).toMatchObject({ id, name: 'shared', provider: 'openai', reason: 'edited', attempt: 1 })
  expect(oneKey(emulator, 'shared')).toMatchObject({ id, value: SECOND })
  const { a, b } = await records()
  expect(a).toMatch(new RegExp(`^${id}:[\\w-]+\\.[\\w-]{43}$`))
  expect(b).toBe(a)
  expect(before).toMatchObject({ a: expect.stringContaining(`${id}:`), b: before['a'] })
  expect(a).not.toBe(before['a'])
  await finish(daemon)
  expect(routersOf(kept)).toEqual(rules)
  expect(writes.slice(made)).toEqual([ROTATE])
  expect(daemon.told('provider-key.rotated')).toHaveLength(1)
})

test('a variable is read anew by a restart, which rotates once', async () => {
  const { put, env, emulator, writes, running, start, finish } = await openKept()
  env['OPENAI'] = FIRST
  await put('web.json', withKey('web', { $env: 'OPENAI' }))
  await finish(await running(['web']))
  env['OPENAI'] = SECOND
  const made = writes.length
  const daemon = start('run')
  expect(await daemon.until('provider-key.rotated')).toMatchObject({ reason: 'edited' })
  await finish(daemon)
  const again = start('run')
  await again.until('daemon.ready')
  await finish(again)
  expect(writes.slice(made)).toEqual([ROTATE])
  expect(oneKey(emulator, 'web').value).toBe(SECOND)
})

test('a credential that nobody was heard to replace is read anew at SIGHUP', async () => {
  const { put, env, secrets, emulator, writes, running, finish } = await openKept()
  env['CREDENTIALS_DIRECTORY'] = join(secrets, 'current')
  await point(secrets, 'current', 'v1', FIRST)
  await put('web.json', withKey('web', { $credential: 'key' }))
  const daemon = await running(['web'])
  const made = writes.length
  await point(secrets, 'current', 'v2', SECOND)
  daemon.child.kill('SIGHUP')
  await daemon.until('provider-key.rotated')
  expect(oneKey(emulator, 'web').value).toBe(SECOND)
  await finish(daemon)
  expect(writes.slice(made)).toEqual([ROTATE])
})

test('a file that vanishes fails its entry alone, by its name; when it is back, the entry recovers', async () => {
  const { put, keep, emulator, writes, running, finish } = await openKept()
  const [gone, kept] = [await keep('gone', FIRST), await keep('kept', SECOND)]
  await put('gone.json', withKey('gone', { $file: gone }))
  await put('kept.json', withKey('kept', { $file: kept }))
  const daemon = await running(['gone', 'kept'])
  const made = writes.length
  const { id } = oneKey(emulator, 'gone')
  await rm(gone)
  const failed = await daemon.until('config.failed')
  expect(failed).toMatchObject({ key: 'gone', permanent: true, msg: expect.stringContaining(`secret.file("${gone}")`) })
  await keep('kept', 'sk-the-third-value-0123456789')
  await put('new.json', withKey('kept', { $file: kept }))
  await daemon.until('provider-key.rotated')
  await daemon.until(({ event, key }) => event === 'config.created' && key === 'new')
  await keep('gone', FIRST)
  expect(await daemon.until('config.recovered')).toMatchObject({ key: 'gone' })
  await finish(daemon)
  expect(writes.slice(made).toSorted()).toEqual(['POST /access-key-configurations', ROTATE])
  expect(oneKey(emulator, 'gone')).toMatchObject({ id, value: FIRST })
  expect(daemon.told('config.failed')).toHaveLength(1)
})

async function changedByHand(...flags: readonly string[]) {
  const kept = await openKept()
  await kept.put('web.json', withKey('web', { $file: await kept.keep('web', FIRST) }))
  const daemon = await kept.running(['web'], '--resync-interval', '100ms', ...flags)
  const key = oneKey(kept.emulator, 'web')
  await rotateByHand(kept.emulator, key.id, 'web', 'another-value-of-somebody-else')
  return { ...kept, daemon, id: key.id, made: kept.writes.length }
}

describe('a value that somebody changed on the gateway', () => {
  test('is told, and left as it is, until the secret has another value', async () => {
    const { daemon, id, emulator, made, writes, keep, finish } = await changedByHand()
    const drift = await daemon.until('provider-key.drifted')
    const { lastUpdatedBy, updatedAt } = oneKey(emulator, 'web')
    expect(drift).toMatchObject({ id, fields: ['value'], action: 'hold', updatedAt, lastUpdatedBy })
    await resyncs(emulator, 3)
    expect(writes.slice(made)).toEqual([])
    expect(daemon.told('provider-key.drifted')).toHaveLength(1)
    await keep('web', SECOND)
    expect(await daemon.until('provider-key.rotated')).toMatchObject({ id, reason: 'edited' })
    await finish(daemon)
    expect(oneKey(emulator, 'web')).toMatchObject({ id, value: SECOND })
  })

  test('is given back what is declared under `--drift correct-all`, once', async () => {
    const { daemon, id, emulator, made, writes, finish } = await changedByHand('--drift', 'correct-all')
    expect(await daemon.until('provider-key.drifted')).toMatchObject({ action: 'correct' })
    expect(await daemon.until('provider-key.rotated')).toMatchObject({ id, reason: 'drift' })
    await resyncs(emulator, 3)
    await finish(daemon)
    expect(writes.slice(made)).toEqual([ROTATE])
    expect(oneKey(emulator, 'web')).toMatchObject({ id, value: FIRST })
  })
})

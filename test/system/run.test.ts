import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import type { StoredConfiguration } from '../../src/emulator/emulator.ts'
import { contentDigest } from '../../src/model/digest.ts'
import { decodeMetadata } from '../../src/model/stamp.ts'
import { emulate } from '../emulator/client.ts'
import { named, openScene } from '../support/scene.ts'

const CHATBOT = `import { defineConfig } from 'aigw-sync'
export default defineConfig({ name: 'Chatbot', access: { providers: { allow: ['openai'] } } })
`

test('a start, a drop, a change and an end read like a story', async () => {
  const { put, start, emulator } = await openScene()
  await put('web.json', named('Web'))
  const daemon = start('run')
  await daemon.until('config.created')
  await put('team-a/chatbot.ts', CHATBOT)
  await daemon.until(({ event, key }) => event === 'config.created' && key === 'team-a/chatbot')
  await put('team-a/chatbot.ts', CHATBOT.replace('Chatbot', 'Chatbot 2'))
  const { id } = daemon.told('config.created')[1]!
  expect(await daemon.until('config.updated')).toMatchObject({ key: 'team-a/chatbot', id, fields: ['name'] })
  expect(await daemon.kill('SIGTERM')).toBe(0)
  const story = [
    ['daemon.started', 'source.loaded', 'plan.computed', 'daemon.ready', 'config.created'],
    ['source.loaded', 'plan.computed', 'config.created'],
    ['source.loaded', 'plan.computed', 'config.updated'],
    ['daemon.stopping', 'daemon.stopped'],
  ]
  expect(daemon.events()).toEqual(story.flat())
  expect(daemon.stderr()).toBe('')
  expect(emulator.state.configurations.map(({ name }) => name)).toEqual(['Chatbot 2', 'Web'])
})

test('what is declared is what the gateway gets, with our stamp beside the metadata of the user', async () => {
  const { put, settled, emulator } = await openScene()
  const declared = { ...named('Web'), description: 'For the site', metadata: { team: 'web' }, router: { rules: [] } }
  await put('web.json', declared)
  await settled('--owner', 'platform')
  const [{ metadata, ...stored }, ...others] = emulator.state.configurations as readonly [StoredConfiguration]
  const { metadata: user, ...fields } = declared
  expect(stored).toMatchObject(fields)
  expect(decodeMetadata(metadata)).toMatchObject({ user, stamp: { owner: 'platform', key: 'web' } })
  expect(others).toEqual([])
})

describe('the lockfile', () => {
  test('names what exists: sorted, one property a line, for its owner alone to read', async () => {
    const { put, settled, emulator, lockfilePath } = await openScene()
    await put('zoo.json', named('Zoo'))
    await put('team/web.json', { ...named('Web'), protect: true })
    const daemon = await settled('--owner', 'platform')
    await daemon.kill('SIGTERM')
    const text = await readFile(lockfilePath, 'utf8')
    const recorded = (key: string, name: string, more: object = {}) => {
      const { id, metadata, updatedAt } = emulator.state.configurations.find((row) => row.name === name)!
      const nonce = decodeMetadata(metadata).stamp?.nonce
      const digest = contentDigest(named(name))
      const appliedAt: unknown = JSON.parse(text).entries[key].appliedAt
      return { appliedAt, digest, id, name, nonce, ...more, secrets: {}, source: `${key}.json`, updatedAt }
    }
    const entries = { 'team/web': recorded('team/web', 'Web', { protect: true }), zoo: recorded('zoo', 'Zoo') }
    const whole = { apiUrl: emulator.url, entries, lockfileVersion: 1, owner: 'platform' }
    expect(text).toBe(`${JSON.stringify(whole, undefined, 2)}\n`)
    expect(text).toMatch(/"appliedAt": "\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/)
    expect(((await stat(lockfilePath)).mode & 0o777).toString(8)).toBe('600')
  })

  test('tells the next start that there is nothing to do', async () => {
    const { put, settled, start, emulator, lockfilePath, posts } = await openScene()
    await put('web.json', named('Web'))
    await (await settled()).kill('SIGTERM')
    const before = await readFile(lockfilePath, 'utf8')
    const again = start('run')
    expect(await again.until('plan.computed')).toMatchObject({ changes: { noop: 1 } })
    expect(await again.until('daemon.ready')).toMatchObject({ pending: 0 })
    await again.kill('SIGTERM')
    expect(await readFile(lockfilePath, 'utf8')).toBe(before)
    expect(posts).toEqual(['web'])
    expect(emulator.state.configurations).toHaveLength(1)
  })

  test('that was lost is made again from the stamps, and nothing is created twice', async () => {
    const { put, settled, lockfile, lockfilePath, posts, emulator } = await openScene()
    await put('web.json', named('Web'))
    await put('batch.json', named('Batch'))
    await (await settled()).kill('SIGTERM')
    const before = await lockfile()
    await rm(lockfilePath)
    const again = await settled()
    expect(await again.until('lockfile.rebuilt')).toMatchObject({ reason: 'missing', entries: 2 })
    await again.kill('SIGTERM')
    expect(again.told('config.linked').map(({ key }) => key)).toEqual(['batch', 'web'])
    const after = await lockfile()
    for (const [key, { appliedAt: _then, ...entry }] of Object.entries(before.entries)) {
      expect(after.entries[key]).toMatchObject(entry)
    }
    expect(Object.keys(after.entries)).toEqual(['batch', 'web'])
    expect(posts.toSorted()).toEqual(['batch', 'web'])
    expect(emulator.state.configurations).toHaveLength(2)
  })

  test('that is damaged is set aside, and made again from the stamps', async () => {
    const { folder, put, settled, lockfile, lockfilePath, posts } = await openScene()
    await put('web.json', named('Web'))
    await (await settled()).kill('SIGTERM')
    const torn = (await readFile(lockfilePath, 'utf8')).slice(0, -40)
    await writeFile(lockfilePath, torn)
    const again = await settled()
    const { reason, aside } = await again.until('lockfile.rebuilt')
    await again.kill('SIGTERM')
    expect(reason).toBe('damaged')
    expect(await readFile(String(aside), 'utf8')).toBe(torn)
    expect(Object.keys((await lockfile()).entries)).toEqual(['web'])
    expect(posts).toEqual(['web'])
    expect((await readdir(folder)).filter((name) => name.startsWith('.') || name.endsWith('.lease'))).toEqual([])
  })

  test('that names a configuration which is gone: it is created again, once it is sure', async () => {
    const { put, settled, lockfile, emulator, posts } = await openScene()
    await put('web.json', named('Web'))
    await (await settled()).kill('SIGTERM')
    const { id } = emulator.state.configurations[0]!
    const path = `${emulator.url}/access-key-configurations/${id}`
    await fetch(path, { method: 'DELETE', headers: { authorization: `Bearer ${emulator.token}` } })
    const again = await settled()
    expect(await again.until('config.missing')).toMatchObject({ key: 'web', id })
    await again.kill('SIGTERM')
    expect(emulator.requests.count('GET', '/access-key-configurations/{id}')).toBe(1)
    expect(posts).toEqual(['web', 'web'])
    expect((await lockfile()).entries['web']?.id).toBe(emulator.state.configurations[0]?.id)
  })

  test('of another gateway is set aside: its ids mean nothing here', async () => {
    const { put, settled, start, lockfile } = await openScene()
    await put('web.json', named('Web'))
    await (await settled()).kill('SIGTERM')
    const other = await emulate({})
    const moved = start('run', '--api-url', other.url)
    expect(await moved.until('lockfile.rebuilt')).toMatchObject({ reason: 'other-gateway', aside: expect.any(String) })
    await moved.kill('SIGTERM')
    expect(await lockfile()).toMatchObject({ apiUrl: other.url, entries: { web: { id: other.state.configurations[0]?.id } } })
  })
})

describe('one bad module harms itself alone', () => {
  test('an endless loop stops nothing', async () => {
    const { put, start, posts } = await openScene()
    await put('endless.ts', 'for (;;);\n')
    await put('web.json', named('Web'))
    const daemon = start('run', '--evaluation-timeout', '300ms')
    expect(await daemon.until('config.created')).toMatchObject({ key: 'web' })
    expect(await daemon.until('source.invalid')).toMatchObject({ file: 'endless.ts', problem: 'timeout' })
    await put('batch.ts', CHATBOT)
    await daemon.until(({ event, key }) => event === 'config.created' && key === 'batch')
    await put('endless.ts', CHATBOT)
    await daemon.until(({ event, key }) => event === 'config.created' && key === 'endless')
    expect(daemon.told('source.recovered')).toMatchObject([{ file: 'endless.ts' }])
    expect(posts.toSorted()).toEqual(['batch', 'endless', 'web'])
  })

  test('one that breaks keeps what it had, and its place is told', async () => {
    const { put, settled, emulator, lockfile } = await openScene()
    await put('web.ts', CHATBOT)
    const daemon = await settled()
    const before = await lockfile()
    await put('web.ts', `${CHATBOT}\nconst = 1\n`)
    expect(await daemon.until('source.invalid')).toMatchObject({
      file: 'web.ts',
      problem: 'syntax',
      line: 4,
      keys: ['web'],
      frame: expect.stringContaining('const = 1'),
    })
    await daemon.kill('SIGTERM')
    expect(daemon.told('config.orphaned')).toEqual([])
    expect(await lockfile()).toEqual(before)
    expect(emulator.state.configurations).toHaveLength(1)
  })
})

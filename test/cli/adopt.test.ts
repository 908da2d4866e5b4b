import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { PlanDocument } from '../../src/cli/render/plan-document.ts'
import { decodeMetadata } from '../../src/model/stamp.ts'
import { personAt } from '../support/person.ts'
import { named, openScene, type Scene } from '../support/scene.ts'

const EXISTING = { name: 'Web', metadata: 'made by hand', access: { models: { allow: ['openai/gpt-4o'] } } }

/** Something that a person made on the gateway, and nobody owns. */
async function scene() {
  const opened = await openScene()
  const person = personAt(opened.emulator)
  return { ...opened, person, id: await person.create(EXISTING) }
}

async function planned({ start }: Scene, ...flags: readonly string[]): Promise<PlanDocument> {
  const planning = start('plan', '--json', ...flags)
  await planning.ended
  return JSON.parse(planning.stdout()) as PlanDocument
}

function writes({ emulator }: Scene): number {
  return ['POST', 'PATCH', 'DELETE'].reduce(
    (sum, method) =>
      sum +
      emulator.requests.count(method, '/access-key-configurations') +
      emulator.requests.count(method, '/access-key-configurations/{id}'),
    0,
  )
}

describe('`adopt KEY ID`', () => {
  test('adds the stamp alone, and what the module says otherwise comes with the next apply, under the same id', async () => {
    const it = await scene()
    await it.put('team/web.json', { ...named('Web'), description: 'declared' })
    const before = it.emulator.state.configurations[0]
    const adopting = it.start('adopt', 'team/web', it.id)
    expect(await adopting.ended).toBe(0)
    expect(adopting.stdout()).toMatch(/^team\/web: adopted aigac_\w+ \("Web"\): it carries our stamp now.*next apply/)
    const [after] = it.emulator.state.configurations
    expect(decodeMetadata(after?.metadata)).toEqual({
      stamp: { owner: 'default', key: 'team/web', nonce: expect.any(String) },
      user: 'made by hand',
    })
    expect({ ...after, metadata: '', updatedAt: '', lastUpdatedBy: '' }).toEqual({
      ...before,
      metadata: '',
      updatedAt: '',
      lastUpdatedBy: '',
    })
    expect((await planned(it)).changes).toMatchObject([{ kind: 'update', key: 'team/web', id: it.id, reason: 'edited' }])
    expect(await it.start('apply').ended).toBe(0)
    expect(it.emulator.state.configurations).toMatchObject([{ id: it.id, description: 'declared' }])
  })

  test('before any module declares the key: it is found once one does, and never deleted meanwhile', async () => {
    const it = await scene()
    const daemon = it.start('run', '--policy', 'sync', '--delete-grace', '0ms', '--resync-interval', '100ms')
    await daemon.until('daemon.ready')
    expect(await it.start('adopt', 'web', it.id).ended).toBe(0)
    expect(await daemon.until('config.orphaned')).toMatchObject({ key: 'web', id: it.id, stays: 'unrecorded' })
    await it.put('web.json', {
      name: 'Web',
      metadata: 'made by hand',
      access: { models: { allow: ['openai/gpt-4o', 'openai/gpt-5'] } },
    })
    expect(await daemon.until('config.updated')).toMatchObject({ key: 'web', id: it.id, fields: ['access'], reach: 'wider' })
    expect(it.emulator.state.configurations).toHaveLength(1)
  })

  test('again changes nothing, and says so', async () => {
    const it = await scene()
    expect(await it.start('adopt', 'web', it.id).ended).toBe(0)
    const before = writes(it)
    const again = it.start('adopt', 'web', it.id)
    expect(await again.ended).toBe(0)
    expect(again.stdout()).toContain('is ours already')
    expect(writes(it)).toBe(before)
  })

  test.each([
    ['an id that is none', 'web', 'aigac_none', /there is no configuration aigac_none/],
    ['what another owner has', 'web', 'foreign', /belongs to the entry web of the owner other/],
    ['what is ours under another key', 'web', 'ours', /belongs to the entry mine of the owner default/],
    ['a key that has one already', 'mine', 'free', /mine has a configuration already, aigac_/],
  ])('is refused for %s, and nothing is written (exit 1)', async (_title, key, which, said) => {
    const it = await scene()
    await it.put('mine.json', named('Mine'))
    expect(await it.start('apply').ended).toBe(0)
    await it.put('web.json', named('Theirs'))
    await rm(it.lockfilePath)
    const theirs = it.start('apply', '--owner', 'other', '--lockfile', 'other.json')
    expect(await theirs.ended).toBe(0)
    await rm(join(it.folder, 'configs/web.json'))
    const ids: Record<string, string | undefined> = { foreign: it.person.of('web')[0]?.id, free: it.id }
    ids['ours'] = it.person.of('mine').find(({ metadata }) => decodeMetadata(metadata).stamp?.owner === 'default')?.id
    const before = writes(it)
    const adopting = it.start('adopt', key, ids[which] ?? which)
    expect(await adopting.ended).toBe(1)
    expect(adopting.stderr()).toMatch(said)
    expect(writes(it)).toBe(before)
  })

  test.each([[['web']], [[]], [['web', 'aigac_1', '--from-owner', 'x']], [['--from-owner', 'default']], [[' web', 'aigac_1']]])(
    '%j is not understood (exit 64)',
    async (args) => {
      const { start } = await openScene()
      expect(await start('adopt', ...args).ended).toBe(64)
    },
  )
})

describe('`adopt` in a module', () => {
  test('is planned as adopt, and applied: the stamp first, then what is declared', async () => {
    const it = await scene()
    await it.put('web.json', { ...named('Web'), adopt: it.id })
    const { changes, forecast } = await planned(it)
    expect(changes).toMatchObject([{ kind: 'adopt', key: 'web', id: it.id, reason: 'declared', reach: 'same' }])
    const { total } = it.emulator.requests
    const once = it.start('apply')
    expect(await once.ended).toBe(0)
    expect(it.emulator.requests.total - total).toBe(forecast.requests)
    expect(once.events().filter((event) => event.startsWith('config.'))).toEqual(['config.adopted', 'config.updated'])
    expect(it.emulator.state.configurations).toMatchObject([{ id: it.id }])
    expect((await planned(it)).changes).toMatchObject([{ kind: 'noop', reason: 'unchanged' }])
  })

  test('of an id that is none is a conflict, and nothing is created', async () => {
    const it = await scene()
    await it.put('web.json', { ...named('Web'), adopt: 'aigac_none' })
    expect((await planned(it)).changes).toMatchObject([{ kind: 'conflict', key: 'web', reason: 'adopt-missing' }])
    expect(await it.start('apply').ended).toBe(1)
    expect(it.emulator.state.configurations).toHaveLength(1)
  })

  test('is what import writes: what nobody owns plans as adopt, what is ours as unchanged', async () => {
    const it = await scene()
    await it.put('mine.json', named('Mine'))
    expect(await it.start('apply').ended).toBe(0)
    await rm(join(it.folder, 'configs/mine.json'))
    expect(await it.start('import').ended).toBe(0)
    expect(await readFile(join(it.folder, 'configs/web.ts'), 'utf8')).toContain(`adopt: '${it.id}'`)
    const { changes } = await planned(it)
    expect(changes.map(({ kind, key }) => `${kind} ${key}`)).toEqual(['noop mine', 'adopt web'])
    expect(changes.find(({ kind }) => kind === 'adopt')).toMatchObject({ fields: [] })
    expect(await it.start('apply').ended).toBe(0)
    expect(it.emulator.state.configurations).toHaveLength(2)
    expect((await planned(it)).summary).toMatchObject({ noop: 2, writes: 0 })
  })

  test('a plan suggests what may be meant, and takes nothing by itself', async () => {
    const it = await scene()
    await it.put('web.json', named('Web'))
    expect((await planned(it)).changes).toMatchObject([
      { kind: 'create', key: 'web', candidates: [{ id: it.id, name: 'Web', sameContent: false }] },
    ])
    expect(await it.start('apply').ended).toBe(0)
    expect(it.emulator.state.configurations).toHaveLength(2)
  })
})

/** Three entries of the owner `old`. */
async function owned() {
  const opened = await openScene()
  for (const name of ['a', 'b', 'c']) await opened.put(`${name}.json`, named(name))
  expect(await opened.start('apply', '--owner', 'old').ended).toBe(0)
  const ids = () => new Set(opened.emulator.state.configurations.map(({ id }) => id))
  return { ...opened, person: personAt(opened.emulator), ids }
}

describe('`adopt --from-owner`', () => {
  test('hands everything over: the same ids under the new owner, and nothing to do afterwards', async () => {
    const it = await owned()
    const before = it.ids()
    const handing = it.start('adopt', '--from-owner', 'old', '--owner', 'new')
    expect(await handing.ended).toBe(0)
    expect(handing.stdout()).toBe('3 configurations handed over from old to new; run everything with --owner new from now on\n')
    expect(it.ids()).toEqual(before)
    expect(it.person.one('a').metadata).toContain('"owner":"new"')
    expect((await it.lockfile()).owner).toBe('new')
    expect((await planned(it, '--owner', 'new')).summary).toMatchObject({ noop: 3, writes: 0 })
  })

  test('hands the managed provider keys over as well, and what is known of their values', async () => {
    const it = await openScene()
    const keys = [{ name: 'prod', value: { $file: 'prod.key' } }]
    await it.put('prod.key', 'sk-0123456789abcdefghij-AAAA')
    await it.put('web.json', { ...named('Web'), router: { rules: [{ provider: 'openai', steps: [{ type: 'user', keys }] }] } })
    expect(await it.start('apply', '--owner', 'old').ended).toBe(0)
    const [before] = it.emulator.state.providerKeys
    expect(await it.start('adopt', '--from-owner', 'old', '--owner', 'new').ended).toBe(0)
    expect(it.emulator.state.providerKeys).toMatchObject([
      { id: before?.id, metadata: expect.stringContaining('"owner":"new"') as string },
    ])
    const document = await planned(it, '--owner', 'new')
    expect(document.summary).toMatchObject({ noop: 1, writes: 0 })
    expect(document.providerKeys).toMatchObject([{ kind: 'noop', id: before?.id, reason: 'unchanged' }])
  })

  test('that was broken off halfway is taken up again', async () => {
    const it = await owned()
    const stop = it.emulator.intercept({
      before: ({ method, path }) => (method === 'PATCH' && path.endsWith(it.person.one('b').id) ? { status: 422 } : 'continue'),
    })
    expect(await it.start('adopt', '--from-owner', 'old', '--owner', 'new').ended).toBe(1)
    expect((await it.lockfile()).owner).toBe('old')
    stop()
    expect(await it.start('adopt', '--from-owner', 'old', '--owner', 'new').ended).toBe(0)
    expect((await planned(it, '--owner', 'new')).summary).toMatchObject({ noop: 3, writes: 0 })
    expect(it.emulator.state.configurations).toHaveLength(3)
  })

  test('is the way out that a changed --owner names: nothing is created a second time (exit 78)', async () => {
    const it = await owned()
    const once = it.start('apply', '--owner', 'new')
    expect(await once.ended).toBe(78)
    expect(once.told('daemon.failed')[0]?.msg).toContain('aigw-sync adopt --from-owner old --owner new')
    expect(it.emulator.state.configurations).toHaveLength(3)
  })

  test('needs the lockfile of the former owner (exit 78), and waits for nobody who works on it (exit 75)', async () => {
    const it = await owned()
    const none = it.start('adopt', '--from-owner', 'old', '--owner', 'new', '--lockfile', 'other.json')
    expect(await none.ended).toBe(78)
    expect(none.stderr()).toContain('records no owner old')
    await it.start('run', '--owner', 'old').until('daemon.ready')
    expect(await it.start('adopt', '--from-owner', 'old', '--owner', 'new').ended).toBe(75)
  })
})

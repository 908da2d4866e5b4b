import { chmod, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type RunningProcess, startProcess } from '../support/process.ts'
import { keyOf, named, openScene, type Scene } from '../support/scene.ts'

/** The sentence with which a command gave up. */
function lastWord(process: RunningProcess): unknown {
  return process.told('daemon.failed')[0]?.msg
}

function refuse({ emulator }: Scene, key: string, status: number): void {
  emulator.intercept({ before: ({ method, body }) => (method === 'POST' && keyOf(body) === key ? { status } : 'continue') })
}

describe('done (exit 0)', () => {
  test('everything declared exists and is recorded; doing it again does nothing', async () => {
    const { put, start, posts, lockfile, emulator } = await openScene()
    await put('web.json', named('Web'))
    await put('team/batch.yaml', 'name: Batch\naccess:\n  models: { allow: [openai/gpt-4o] }\n')
    const first = start('apply')
    expect(await first.ended).toBe(0)
    expect(first.events().toSorted()).toEqual(['config.created', 'config.created', 'plan.computed', 'source.loaded'])
    expect(Object.keys((await lockfile()).entries)).toEqual(['team/batch', 'web'])
    const second = start('apply')
    expect(await second.ended).toBe(0)
    expect(second.told('plan.computed')).toMatchObject([{ changes: { noop: 2 } }])
    expect(posts).toHaveLength(2)
    expect(emulator.state.configurations).toHaveLength(2)
  })

  test('an empty folder is nothing to do', async () => {
    const { start } = await openScene()
    expect(await start('apply').ended).toBe(0)
  })
})

describe('some entry failed (exit 1)', () => {
  test('a module that does not load: the others are created', async () => {
    const { put, start, posts } = await openScene()
    await put('bad.ts', "import { defineConfig } from 'aigw-sync'\nexport default defineConfig({ nam: 'Bad' })\n")
    await put('web.json', named('Web'))
    const once = start('apply')
    expect(await once.ended).toBe(1)
    expect(once.told('source.invalid')[0]?.msg).toMatch(/^bad\.ts.*did you mean name\?/)
    expect(posts).toEqual(['web'])
  })

  test('a key that two modules claim: nothing is sent for it', async () => {
    const { put, start, posts } = await openScene()
    await put('a.json', { ...named('A'), key: 'same' })
    await put('b.json', { ...named('B'), key: 'same' })
    await put('web.json', named('Web'))
    const once = start('apply')
    expect(await once.ended).toBe(1)
    expect(once.told('config.conflict')).toMatchObject([
      { key: 'same', reason: 'duplicate-key', sources: ['a.json', 'b.json'], msg: expect.stringContaining('a.json') },
    ])
    expect(posts).toEqual(['web'])
  })

  test('a refusal by the gateway: it is asked once', async () => {
    const scene = await openScene()
    refuse(scene, 'bad', 422)
    await scene.put('bad.json', named('Bad'))
    await scene.put('web.json', named('Web'))
    const once = scene.start('apply')
    expect(await once.ended).toBe(1)
    expect(once.told('config.failed')).toMatchObject([{ key: 'bad', permanent: true, status: 422 }])
    expect(scene.posts.toSorted()).toEqual(['bad', 'web'])
  })
})

describe('a temporary failure (exit 75)', () => {
  test('a gateway that is down is given up after the retries', async () => {
    const { put, start, emulator } = await openScene()
    await put('web.json', named('Web'))
    await emulator.close()
    const once = start('apply', '--retries', '1')
    expect(await once.ended).toBe(75)
    expect(lastWord(once)).toContain('the gateway cannot be reached')
    expect(once.told('daemon.failed')).toMatchObject([{ errorCode: 'ECONNREFUSED', level: 'fatal' }])
  })

  test('an entry that the gateway cannot take just now', async () => {
    const scene = await openScene()
    refuse(scene, 'bad', 503)
    await scene.put('bad.json', named('Bad'))
    await scene.put('web.json', named('Web'))
    const once = scene.start('apply', '--retries', '1')
    expect(await once.ended).toBe(75)
    expect(once.told('config.failed')).toMatchObject([{ key: 'bad', permanent: false }])
    expect(Object.keys((await scene.lockfile()).entries)).toEqual(['web'])
  })
})

describe('not allowed (exit 77)', () => {
  test('a rejected token', async () => {
    const { put, start, folder, emulator } = await openScene({ token: 'right' })
    await put('web.json', named('Web'))
    const args = ['apply', '--api-url', emulator.url]
    const once = startProcess({ args, cwd: folder, env: { AI_GATEWAY_API_KEY: 'wrong-canary' } })
    expect(await once.ended).toBe(77)
    expect(lastWord(once)).toContain('rejects the token')
    expect(once.stdout() + once.stderr()).not.toContain('wrong-canary')
    expect(await start('apply').ended).toBe(0)
  })

  test.skipIf(process.getuid?.() === 0)('a lockfile that may not be read (not as root, who may)', async () => {
    const { put, start, lockfilePath } = await openScene()
    await put('web.json', named('Web'))
    await start('apply').ended
    await chmod(lockfilePath, 0)
    const once = start('apply')
    expect(await once.ended).toBe(77)
    expect(lastWord(once)).toContain(lockfilePath)
  })
})

describe('settings, folder or lockfile cannot be worked with (exit 78)', () => {
  test('a folder that is missing', async () => {
    const { start, folder } = await openScene()
    const once = start('apply', '--dir', 'nowhere', '--retries', '0')
    expect(await once.ended).toBe(78)
    expect(lastWord(once)).toContain(`${folder}/nowhere`)
    expect(lastWord(once)).toContain('aigw-sync init')
  })

  test('a file where the folder should be', async () => {
    const { start, put } = await openScene()
    await put('web.json', named('Web'))
    const once = start('apply', '--dir', 'configs/web.json')
    expect(await once.ended).toBe(78)
    expect(lastWord(once)).toContain('web.json')
  })

  test('a bad setting', async () => {
    const { start } = await openScene()
    const once = start('apply', '--settle', 'soon')
    expect(await once.ended).toBe(78)
    expect(once.stderr()).toMatch(/--settle: expected a duration .*got "soon"/)
    expect(once.stdout()).toBe('')
  })

  test('a lockfile of a newer version is left as it is, and nothing is sent', async () => {
    const { put, start, lockfilePath, posts } = await openScene()
    await put('web.json', named('Web'))
    const newer = '{ "lockfileVersion": 2, "entries": [] }\n'
    await writeFile(lockfilePath, newer)
    const once = start('apply')
    expect(await once.ended).toBe(78)
    expect(lastWord(once)).toMatch(/newer aigw-sync.*lockfileVersion 2/)
    expect(await readFile(lockfilePath, 'utf8')).toBe(newer)
    expect(posts).toEqual([])
  })

  test('a lockfile of another owner is left as it is, nothing is sent, and the ways out are named', async () => {
    const { put, start, lockfilePath, posts } = await openScene()
    await put('web.json', named('Web'))
    expect(await start('apply').ended).toBe(0)
    const before = await readFile(lockfilePath, 'utf8')
    const once = start('apply', '--owner', 'blue')
    expect(await once.ended).toBe(78)
    expect(lastWord(once)).toContain(`${lockfilePath} belongs to owner default, this one is blue`)
    expect(lastWord(once)).toContain('`aigw-sync adopt --from-owner default --owner blue`')
    expect(lastWord(once)).toContain('--lockfile')
    expect(await readFile(lockfilePath, 'utf8')).toBe(before)
    expect(posts).toEqual(['web'])
  })

  test('a lockfile that is a folder', async () => {
    const { put, start } = await openScene()
    await put('web.json', named('Web'))
    const once = start('apply', '--lockfile', 'configs')
    expect(await once.ended).toBe(78)
    expect(lastWord(once)).toContain('configs')
  })
})

describe('a command line that is not understood (exit 64)', () => {
  test.each([
    [['apply', '--frobnicate'], /unknown option '--frobnicate'/],
    [['frobnicate'], /unknown command 'frobnicate'/],
    [['apply', 'extra'], /too many arguments/],
    [['run', '--dir'], /argument missing/],
    [['apply', '--emulator', '--emulator-faults', 'rain=5%'], /--emulator-faults.*reset=5%.*rain=5%/],
    [[], /Usage: aigw-sync/],
  ])('%j', async (args, said) => {
    const { folder } = await openScene()
    const once = startProcess({ args, cwd: folder })
    expect(await once.ended).toBe(64)
    expect(once.stderr()).toMatch(said)
    expect(once.stdout()).toBe('')
  })

  test.each([
    ['--version', /^\d+\.\d+\.\d+\n$/],
    ['--help', /Commands:\n {2}run /],
  ])('but %s is (exit 0)', async (flag, said) => {
    const { folder } = await openScene()
    const once = startProcess({ args: [flag], cwd: folder })
    expect(await once.ended).toBe(0)
    expect(once.stdout()).toMatch(said)
    expect(once.stderr()).toBe('')
  })
})

test('a lost lockfile is told, and made again', async () => {
  const { put, start, lockfilePath, posts, lockfile } = await openScene()
  await put('web.json', named('Web'))
  await start('apply').ended
  await rm(lockfilePath)
  const again = start('apply')
  expect(await again.ended).toBe(0)
  expect(again.events()).toEqual(['source.loaded', 'plan.computed', 'config.linked', 'lockfile.rebuilt'])
  expect(Object.keys((await lockfile()).entries)).toEqual(['web'])
  expect(posts).toEqual(['web'])
})

/** Four entries that were applied, of which one is gone since, and one is new. */
async function changedScene(): Promise<Scene> {
  const opened = await openScene()
  for (const name of ['kept', 'left', 'more', 'most']) await opened.put(`${name}.json`, named(name))
  expect(await opened.start('apply').ended).toBe(0)
  await rm(join(opened.folder, 'configs/left.json'))
  await opened.put('new.json', named('New'))
  return opened
}

describe('for people', () => {
  const people = ['--log-format', 'pretty', '--policy', 'sync', '--delete-grace', '0ms']

  test('it shows the plan, then each outcome, then what it comes to, and no colours where there is no terminal', async () => {
    const { start } = await changedScene()
    const once = start('apply', ...people)
    expect(await once.ended).toBe(0)
    expect(once.stdout()).toMatch(
      /^- delete {4}left {2}aigac_\w+ {2}no longer declared \(it was in left\.json\)\n\n\+ create {4}new [^]*\nPlan: 1 to create, 1 to delete, 3 unchanged\.\nApplying it takes \d+ requests, [^\n]*\n\n/,
    )
    expect(once.stdout()).toMatch(/\n✓ new: created as aigac_\w+ in [^\n]*\n/)
    expect(once.stdout()).toMatch(/\n▲ left: no longer declared: deleted aigac_\w+ in [^\n]*\n/)
    expect(once.stdout()).toMatch(/\nApplied: 1 created, 1 deleted, in [\d.]+ m?s\.\n$/)
    expect(once.stdout()).not.toContain('\u001b')
    const again = start('apply', ...people)
    expect(await again.ended).toBe(0)
    expect(again.stdout()).toBe('Nothing to do: 4 unchanged.\n')
  })

  test('what does not load is shown with the plan, once, and makes the end a bad one', async () => {
    const { put, start } = await changedScene()
    await put('bad.ts', 'export default {')
    const once = start('apply', ...people)
    expect(await once.ended).toBe(1)
    expect(once.stdout().match(/bad\.ts:/g)).toHaveLength(1)
    expect(once.stdout()).toMatch(/\nNot all is done: 1 created, 1 not loading, in .*\.\n$/)
  })

  test('`--dry-run` is plan', async () => {
    const { start, emulator } = await changedScene()
    const before = emulator.state.configurations
    const dry = start('apply', '--dry-run', '--policy', 'sync')
    const plan = start('plan', '--policy', 'sync')
    expect([await dry.ended, await plan.ended]).toEqual([0, 0])
    expect(dry.stdout()).toBe(plan.stdout())
    expect(emulator.state.configurations).toEqual(before)
    expect(await start('apply', '--dry-run', '--emulator').ended).toBe(64)
  })
})

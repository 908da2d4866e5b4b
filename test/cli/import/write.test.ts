import { lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { isFree } from '../../../src/cli/import/free.ts'
import { importModules } from '../../../src/cli/import/import.ts'
import { makeRoot, writeModule } from '../../../src/cli/import/write.ts'
import { encodeMetadata } from '../../../src/model/stamp.ts'
import { valueOf } from '../../settings/result.ts'
import { temporaryFolder } from '../../support/process.ts'
import { desiredOf } from '../../support/states.ts'
import { makeReadOnly } from '../traces.ts'
import { listed } from './observed.ts'

let outside: string
let root: string

beforeEach(async () => {
  outside = await temporaryFolder()
  root = valueOf(await makeRoot(join(outside, 'a/configs')))
})

async function write(file: string, text = 'new\n'): Promise<string> {
  return (await writeModule(root, file, text)).match(
    () => 'written',
    ({ code }) => code,
  )
}

async function mode(path: string): Promise<string> {
  return ((await stat(path)).mode & 0o777).toString(8)
}

describe('a module is written', () => {
  test('whole, and nothing else with it', async () => {
    expect(await write('team-a/deep/web.ts')).toBe('written')
    expect(await readFile(join(root, 'team-a/deep/web.ts'), 'utf8')).toBe('new\n')
    expect(await readdir(root, { recursive: true })).toEqual(['team-a', 'team-a/deep', 'team-a/deep/web.ts'])
  })

  test('so that nobody else may write it, whatever the umask', async () => {
    const umask = process.umask(0)
    try {
      await makeRoot(join(outside, 'b/configs'))
      await write('team-a/web.ts')
    } finally {
      process.umask(umask)
    }
    expect(await mode(join(root, 'team-a/web.ts'))).toBe('644')
    expect(await mode(join(root, 'team-a'))).toBe('755')
    expect(await mode(join(outside, 'b/configs'))).toBe('755')
  })

  test('once, whoever came first', async () => {
    expect(await Promise.all(['a', 'b', 'c'].map((text) => write('web.ts', text)))).toContain('EEXIST')
    expect(await write('web.ts')).toBe('EEXIST')
    expect(['a', 'b', 'c']).toContain(await readFile(join(root, 'web.ts'), 'utf8'))
    expect(await readdir(root)).toEqual(['web.ts'])
  })
})

describe('a module is not written', () => {
  test.each(['outside', 'inside'])('behind a link that leads %s', async (where) => {
    const target = where === 'outside' ? outside : join(root, 'real')
    await mkdir(target, { recursive: true })
    await symlink(target, join(root, 'link'))
    expect(isFree(root, 'link/web.ts')).toBe(false)
    expect(await write('link/web.ts')).toBe('ENOTDIR')
    expect(await write('link/deep/web.ts')).toBe('ENOTDIR')
    expect((await readdir(target)).includes('web.ts')).toBe(false)
  })

  test('through a link that has its name', async () => {
    await symlink(join(outside, 'nowhere.ts'), join(root, 'web.ts'))
    expect(isFree(root, 'web.ts')).toBe(false)
    expect(await write('web.ts')).toBe('EEXIST')
    expect((await lstat(join(root, 'web.ts'))).isSymbolicLink()).toBe(true)
    expect(await readdir(outside)).toEqual(['a'])
  })

  test('where a file is in the way of its folder', async () => {
    await writeFile(join(root, 'team-a'), '')
    expect(isFree(root, 'team-a/web.ts')).toBe(false)
    expect(await write('team-a/web.ts')).toBe('ENOTDIR')
  })
})

describe('a place is free', () => {
  test('where nothing is, also below folders that are still to be made', async () => {
    await mkdir(join(root, 'team-a'))
    expect(['web.ts', 'team-a/web.ts', 'team-b/deep/web.ts'].map((file) => isFree(root, file))).toEqual([true, true, true])
    expect(isFree(undefined, 'web.ts')).toBe(true)
  })

  test('but not where something is, or no file can be', async () => {
    await mkdir(join(root, 'web.ts'))
    expect(['web.ts', `${'x'.repeat(300)}.ts`].map((file) => isFree(root, file))).toEqual([false, false])
  })
})

describe('an import', () => {
  const web = listed('aigac_1', { metadata: encodeMetadata({ owner: 'default', key: 'team-a/web', nonce: 'n' }) })
  const sights = {
    owner: 'default',
    desired: desiredOf([]),
    applied: new Map(),
    observed: [web, listed('aigac_2', { name: 'Bot' })],
  }

  async function imported(ids: readonly string[] = []) {
    const settings = { dir: root, owner: 'default', requireAccess: false, plainSecrets: false }
    const { written, skipped } = valueOf(await importModules(sights, settings, ids))
    return { written: written.map(({ file }) => file), skipped }
  }

  test.skipIf(process.getuid?.() === 0)(
    'that fails halfway says what is there and what is not (not as root, who may)',
    async () => {
      await mkdir(join(root, 'team-a'))
      onTestFinished(await makeReadOnly(join(root, 'team-a')))
      const { written, skipped } = await imported()
      expect(written).toEqual(['bot.ts'])
      expect(skipped).toMatchObject([{ id: 'aigac_1', reason: 'not-written', msg: expect.stringContaining('EACCES') }])
    },
  )

  test('keeps a file that is in the way, and writes beside it', async () => {
    await mkdir(join(root, 'team-a'))
    await writeFile(join(root, 'team-a/web.ts'), 'mine')
    await writeFile(join(root, 'bot.ts'), 'mine')
    expect(await imported()).toEqual({ written: ['aigac-1.ts', 'bot-2.ts'], skipped: [] })
    expect(await readFile(join(root, 'team-a/web.ts'), 'utf8')).toBe('mine')
    expect(await readFile(join(root, 'bot.ts'), 'utf8')).toBe('mine')
  })

  test('of ids of which one is unknown writes nothing', async () => {
    expect((await imported(['aigac_1', 'aigac_9'])).written).toEqual([])
    expect(await readdir(root)).toEqual([])
  })
})

import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createScratch, record } from './recorder.ts'

async function setUp(prepare: (at: (path: string) => string, outside: string) => void) {
  const scratch = createScratch()
  const at = (path: string): string => join(scratch.dir, path)
  prepare(at, scratch.outside)
  const recorder = await record(scratch.dir)
  return {
    at,
    outside: scratch.outside,
    recorder,
    texts: () => Object.fromEntries(recorder.texts),
    async [Symbol.asyncDispose]() {
      await recorder.folder.close()
      scratch[Symbol.dispose]()
    },
  }
}

/** As kubelet writes a mounted ConfigMap: a new version beside the old one, and one link that is pointed to it. */
function publish(at: (path: string) => string, version: string, files: Record<string, string>, previous?: string): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(at(version), path, '..'), { recursive: true })
    writeFileSync(at(`${version}/${path}`), text)
  }
  symlinkSync(version, at('..data_tmp'))
  renameSync(at('..data_tmp'), at('..data'))
  if (previous !== undefined) rmSync(at(previous), { recursive: true })
}

describe("Kubernetes' ..data", () => {
  const before = { 'k.ts': '1', 'same.ts': 'same', 'team/t.ts': '1' }

  test('is not told beside the files that lead to it', async () => {
    await using it = await setUp((at) => {
      publish(at, '..v1', before)
      for (const name of ['k.ts', 'same.ts', 'team']) symlinkSync(`..data/${name}`, at(name))
    })
    expect(it.texts()).toEqual(before)
  })

  test('when swapped tells the changed files as changed, and nothing as removed, time after time', async () => {
    await using it = await setUp((at) => {
      publish(at, '..v1', before)
      for (const name of ['k.ts', 'same.ts', 'team']) symlinkSync(`..data/${name}`, at(name))
    })
    for (let version = 2; version < 6; version++) {
      const text = `${version}`
      publish(it.at, `..v${version}`, { 'k.ts': text, 'same.ts': 'same', 'team/t.ts': text }, `..v${version - 1}`)
      await it.recorder.until(() => it.recorder.texts.get('k.ts') === text && it.recorder.texts.get('team/t.ts') === text)
    }
    await it.recorder.settled()
    expect(it.recorder.removed()).toEqual([])
    expect(it.recorder.problems()).toEqual([])
    const told = it.recorder.changes.slice(1).flatMap(({ upserted }) => upserted.map(({ path }) => path))
    expect(new Set(told)).toEqual(new Set(['k.ts', 'team/t.ts']))
  })

  test('tells files that come and go with a new version', async () => {
    await using it = await setUp((at) => {
      publish(at, '..v1', { 'old.ts': '1' })
      symlinkSync('..data/old.ts', at('old.ts'))
    })
    publish(it.at, '..v2', { 'new.ts': '2' }, '..v1')
    symlinkSync('..data/new.ts', it.at('new.ts'))
    unlinkSync(it.at('old.ts'))
    await it.recorder.until(() => it.recorder.removed().length > 0 && it.recorder.texts.has('new.ts'))
    expect(it.texts()).toEqual({ 'new.ts': '2' })
  })
})

describe('a link inside the folder', () => {
  test('to a file is told under its own name, and follows the file', async () => {
    await using it = await setUp((at) => {
      mkdirSync(at('real'))
      writeFileSync(at('real/a.ts'), '1')
      symlinkSync('real/a.ts', at('link.ts'))
    })
    expect(it.texts()).toEqual({ 'link.ts': '1', 'real/a.ts': '1' })
    writeFileSync(it.at('real/a.ts'), '2')
    await it.recorder.until(() => it.recorder.texts.get('link.ts') === '2' && it.recorder.texts.get('real/a.ts') === '2')
  })

  test('to a folder gives its files a second name', async () => {
    await using it = await setUp((at) => {
      mkdirSync(at('real'))
      writeFileSync(at('real/a.ts'), '1')
      symlinkSync('real', at('link'))
    })
    writeFileSync(it.at('real/b.ts'), 'b')
    await it.recorder.until(() => it.recorder.texts.size === 4)
    expect(it.texts()).toEqual({ 'link/a.ts': '1', 'link/b.ts': 'b', 'real/a.ts': '1', 'real/b.ts': 'b' })
  })

  test('to a folder above it holds nothing', async () => {
    await using it = await setUp((at) => {
      mkdirSync(at('team'))
      writeFileSync(at('team/a.ts'), '1')
      symlinkSync('..', at('team/up'))
      symlinkSync('.', at('self'))
    })
    writeFileSync(it.at('team/a.ts'), '2')
    await it.recorder.until(() => it.recorder.texts.get('team/a.ts') === '2')
    await it.recorder.settled()
    expect(it.texts()).toEqual({ 'team/a.ts': '2' })
  })

  test('that is pointed elsewhere is told as a change', async () => {
    await using it = await setUp((at) => {
      writeFileSync(at('one.ts'), '1')
      writeFileSync(at('two.ts'), '2')
      symlinkSync('one.ts', at('link.ts'))
    })
    symlinkSync('two.ts', it.at('next'))
    renameSync(it.at('next'), it.at('link.ts'))
    await it.recorder.until(() => it.recorder.texts.get('link.ts') === '2')
    expect(it.recorder.removed()).toEqual([])
  })

  test('to nothing is a problem until something is there', async () => {
    await using it = await setUp((at) => symlinkSync('later.ts', at('link.ts')))
    expect(it.recorder.changes[0]?.problems).toEqual([
      { file: 'link.ts', problem: 'unreadable', msg: 'link.ts is a link to something that does not exist.' },
    ])
    writeFileSync(it.at('later.ts'), '1')
    await it.recorder.until(() => it.recorder.texts.get('link.ts') === '1')
  })

  test('whose target goes is a problem, not a removal', async () => {
    await using it = await setUp((at) => {
      writeFileSync(at('real.ts'), '1')
      symlinkSync('real.ts', at('link.ts'))
    })
    unlinkSync(it.at('real.ts'))
    await it.recorder.until(() => it.recorder.removed().length > 0 && it.recorder.problems().length > 0)
    expect(it.recorder.removed()).toEqual(['real.ts'])
    expect(it.recorder.problems()).toEqual(['link.ts'])
  })
})

describe('a link that leads out of the folder', () => {
  test('is a problem, and what it leads to is not read', async () => {
    await using it = await setUp((at, outside) => {
      mkdirSync(join(outside, 'elsewhere'))
      writeFileSync(join(outside, 'elsewhere/a.ts'), 'secret')
      writeFileSync(join(outside, 'notes.md'), 'no module')
      symlinkSync(join(outside, 'elsewhere/a.ts'), at('file.ts'))
      symlinkSync(join(outside, 'elsewhere'), at('team'))
      symlinkSync(join(outside, 'notes.md'), at('notes.md'))
    })
    expect(it.texts()).toEqual({})
    expect(it.recorder.problems()).toEqual(['file.ts', 'team'])
    expect(it.recorder.changes[0]?.problems[0]?.msg).toMatch(
      /^file\.ts is a link that leads out of the folder, to .*elsewhere\/a\.ts; /,
    )
    expect(it.recorder.changes[0]?.complete).toBe(false)
  })

  test('though it led inside before, keeps what was told', async () => {
    await using it = await setUp((at, outside) => {
      writeFileSync(at('real.ts'), '1')
      symlinkSync('real.ts', at('link.ts'))
      writeFileSync(join(outside, 'other.ts'), '2')
    })
    symlinkSync(join(it.outside, 'other.ts'), it.at('next'))
    renameSync(it.at('next'), it.at('link.ts'))
    await it.recorder.until(() => it.recorder.problems().includes('link.ts'))
    await it.recorder.settled()
    expect(it.texts()).toEqual({ 'link.ts': '1', 'real.ts': '1' })
    expect(it.recorder.removed()).toEqual([])
  })

  test('is no problem any more once it leads inside', async () => {
    await using it = await setUp((at, outside) => {
      writeFileSync(at('real.ts'), '1')
      writeFileSync(join(outside, 'other.ts'), '2')
      symlinkSync(join(outside, 'other.ts'), at('link.ts'))
    })
    symlinkSync('real.ts', it.at('next'))
    renameSync(it.at('next'), it.at('link.ts'))
    await it.recorder.until(() => it.recorder.texts.get('link.ts') === '1')
  })
})

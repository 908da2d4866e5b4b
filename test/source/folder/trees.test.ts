import { cpSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createScratch, record, type Recorder } from './recorder.ts'

async function setUp(files: readonly string[]) {
  const scratch = createScratch()
  const at = (path: string): string => join(scratch.dir, path)
  write(scratch.dir, files)
  const recorder = await record(scratch.dir)
  return {
    at,
    scratch,
    recorder,
    async [Symbol.asyncDispose]() {
      await recorder.folder.close()
      scratch[Symbol.dispose]()
    },
  }
}

/** Files that contain their own path. */
function write(dir: string, files: readonly string[]): void {
  for (const path of files) {
    mkdirSync(join(dir, path, '..'), { recursive: true })
    writeFileSync(join(dir, path), path)
  }
}

const told = (recorder: Recorder): string[] => [...recorder.texts.keys()].toSorted()
const events = (recorder: Recorder): string[] => recorder.events.map(({ event }) => event)

describe('a sub-folder', () => {
  test('made deep and filled at once is told whole', async () => {
    await using it = await setUp([])
    const files = Array.from({ length: 40 }, (_, n) => `a/b${n % 4}/c/d${n % 2}/f${n}.ts`)
    write(it.scratch.dir, files)
    await it.recorder.until(() => it.recorder.texts.size === files.length)
    expect(told(it.recorder)).toEqual(files.toSorted())
  })

  test('is watched from then on, at every depth', async () => {
    await using it = await setUp([])
    write(it.scratch.dir, ['a/b/c/x.ts'])
    await it.recorder.until(() => it.recorder.texts.has('a/b/c/x.ts'))
    writeFileSync(it.at('a/b/c/x.ts'), 'changed')
    writeFileSync(it.at('a/b/y.ts'), 'new')
    await it.recorder.until(() => it.recorder.texts.get('a/b/c/x.ts') === 'changed' && it.recorder.texts.has('a/b/y.ts'))
  })

  test('that is renamed arrives as one change and is watched under its new name', async () => {
    await using it = await setUp(['old/a.ts', 'old/deep/b.ts'])
    renameSync(it.at('old'), it.at('new'))
    await it.recorder.until(() => it.recorder.texts.has('new/a.ts'))
    expect(it.recorder.changes.slice(1)).toMatchObject([
      { removed: ['old/a.ts', 'old/deep/b.ts'], upserted: [{ path: 'new/a.ts' }, { path: 'new/deep/b.ts' }] },
    ])
    writeFileSync(it.at('new/deep/b.ts'), 'changed')
    await it.recorder.until(() => it.recorder.texts.get('new/deep/b.ts') === 'changed')
  })

  test('that is moved in from elsewhere, and out again, is told', async () => {
    await using it = await setUp(['a.ts'])
    const elsewhere = join(it.scratch.outside, 'elsewhere')
    write(elsewhere, ['x.ts', 'deep/y.ts'])
    renameSync(elsewhere, it.at('in'))
    await it.recorder.until(() => it.recorder.texts.size === 3)
    expect(told(it.recorder)).toEqual(['a.ts', 'in/deep/y.ts', 'in/x.ts'])
    renameSync(it.at('in'), elsewhere)
    await it.recorder.until(() => it.recorder.texts.size === 1)
    expect(it.recorder.removed()).toEqual(['in/deep/y.ts', 'in/x.ts'])
  })

  test('that is deleted and made again keeps what it holds again', async () => {
    await using it = await setUp(['team/a.ts', 'team/b.ts'])
    rmSync(it.at('team'), { recursive: true })
    write(it.scratch.dir, ['team/a.ts', 'team/b.ts'])
    await it.recorder.settled()
    expect(it.recorder.changes).toHaveLength(1)
    writeFileSync(it.at('team/a.ts'), 'changed')
    await it.recorder.until(() => it.recorder.texts.get('team/a.ts') === 'changed')
  })

  test('that takes the place of a file, and the other way round', async () => {
    await using it = await setUp(['a.ts', 'b.json/c.ts'])
    rmSync(it.at('a.ts'))
    rmSync(it.at('b.json'), { recursive: true })
    write(it.scratch.dir, ['a.ts/c.ts', 'b.json'])
    await it.recorder.until(() => told(it.recorder).join() === 'a.ts/c.ts,b.json')
  })
})

describe('the folder itself', () => {
  test('when it vanishes is reported once, and nothing is told as removed', async () => {
    await using it = await setUp(['a.ts', 'team/b.ts'])
    rmSync(it.scratch.dir, { recursive: true })
    await it.recorder.until(() => events(it.recorder).includes('source.missing'))
    await it.recorder.settled()
    expect(events(it.recorder)).toEqual(['source.missing'])
    expect(it.recorder.removed()).toEqual([])
    expect(it.recorder.changes.at(-1)).toMatchObject({ complete: false, upserted: [], removed: [] })
  })

  test('when it comes back is told by what differs, and watched again', async () => {
    await using it = await setUp(['a.ts', 'b.ts', 'c.ts'])
    rmSync(it.scratch.dir, { recursive: true })
    await it.recorder.until(() => events(it.recorder).includes('source.missing'))
    write(it.scratch.dir, ['a.ts', 'team/new.ts'])
    writeFileSync(it.at('b.ts'), 'changed')
    await it.recorder.until(() => it.recorder.texts.has('team/new.ts') && it.recorder.removed().length > 0)
    expect(events(it.recorder)).toEqual(['source.missing', 'source.found'])
    expect(it.recorder.removed()).toEqual(['c.ts'])
    expect(it.recorder.texts.get('b.ts')).toBe('changed')
    expect(it.recorder.changes.at(-1)?.complete).toBe(true)
    writeFileSync(it.at('team/new.ts'), 'later')
    await it.recorder.until(() => it.recorder.texts.get('team/new.ts') === 'later')
  })

  test('when it is replaced by renaming is told by what differs, and watched again', async () => {
    await using it = await setUp(['a.ts', 'b.ts'])
    const next = join(it.scratch.outside, 'next')
    write(next, ['a.ts', 'c.ts'])
    renameSync(it.scratch.dir, join(it.scratch.outside, 'old'))
    renameSync(next, it.scratch.dir)
    await it.recorder.until(() => told(it.recorder).join() === 'a.ts,c.ts')
    writeFileSync(it.at('a.ts'), 'later')
    await it.recorder.until(() => it.recorder.texts.get('a.ts') === 'later')
  })

  test('when it is a link that is pointed elsewhere is told by what differs, and watched again', async () => {
    using scratch = createScratch()
    const release = (name: string): string => join(scratch.outside, name)
    const current = release('current')
    write(release('v1'), ['a.ts', 'b.ts'])
    cpSync(release('v1'), release('v2'), { recursive: true })
    writeFileSync(join(release('v2'), 'b.ts'), 'v2')
    symlinkSync('v1', current)
    await using recorder = await record(current)
    symlinkSync('v2', release('next'))
    renameSync(release('next'), current)
    await recorder.until(() => recorder.texts.get('b.ts') === 'v2')
    expect(recorder.changes.slice(1)).toMatchObject([{ removed: [], upserted: [{ path: 'b.ts' }] }])
    writeFileSync(join(release('v2'), 'a.ts'), 'later')
    await recorder.until(() => recorder.texts.get('a.ts') === 'later')
  })
})

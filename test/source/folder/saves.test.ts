import {
  appendFileSync,
  chmodSync,
  closeSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { FolderOptions } from '../../../src/source/folder/folder.ts'
import { createScratch, record } from './recorder.ts'

/** A watched folder with one file, `a.ts`, that says `1`. */
async function setUp(files: Record<string, string> = { 'a.ts': '1' }, options: Partial<FolderOptions> = {}) {
  const scratch = createScratch()
  const at = (path: string): string => join(scratch.dir, path)
  for (const [path, text] of Object.entries(files)) writeFileSync(at(path), text)
  const recorder = await record(scratch.dir, options)
  return {
    at,
    recorder,
    async [Symbol.asyncDispose]() {
      await recorder.folder.close()
      scratch[Symbol.dispose]()
    },
  }
}

describe('a file', () => {
  test('that is new is told', async () => {
    await using it = await setUp()
    writeFileSync(it.at('b.ts'), '2')
    await it.recorder.until(() => it.recorder.texts.get('b.ts') === '2')
    expect(it.recorder.changes.at(-1)).toMatchObject({ cause: 'change', complete: true, removed: [] })
  })

  test('that changed is told, and no other', async () => {
    await using it = await setUp({ 'a.ts': '1', 'b.ts': '1' })
    writeFileSync(it.at('a.ts'), '2')
    await it.recorder.until(() => it.recorder.texts.get('a.ts') === '2')
    expect(it.recorder.changes.slice(1).flatMap(({ upserted }) => upserted.map(({ path }) => path))).toEqual(['a.ts'])
  })

  test('that changed in the same instant with the same size is told', async () => {
    await using it = await setUp()
    for (const text of ['2', '3', '4', '5', '6']) {
      writeFileSync(it.at('a.ts'), text)
      await it.recorder.until(() => it.recorder.texts.get('a.ts') === text)
    }
  })

  test('that was only touched, or written with the same content, is not told', async () => {
    await using it = await setUp()
    utimesSync(it.at('a.ts'), new Date(), new Date())
    writeFileSync(it.at('a.ts'), '1')
    writeFileSync(it.at('marker.ts'), '')
    await it.recorder.until(() => it.recorder.texts.has('marker.ts'))
    await it.recorder.settled()
    expect(it.recorder.changes.slice(1).flatMap(({ upserted }) => upserted.map(({ path }) => path))).toEqual(['marker.ts'])
  })

  test('that is deleted is told', async () => {
    await using it = await setUp()
    unlinkSync(it.at('a.ts'))
    await it.recorder.until(() => it.recorder.removed().length > 0)
    expect(it.recorder.removed()).toEqual(['a.ts'])
  })

  test('that is no module is never told', async () => {
    await using it = await setUp()
    for (const name of ['README.md', 'b.ts.tmp', '.a.ts.swp', 'c.d.ts', '4913']) writeFileSync(it.at(name), 'x')
    mkdirSync(it.at('node_modules/x'), { recursive: true })
    writeFileSync(it.at('node_modules/x/index.js'), 'x')
    writeFileSync(it.at('marker.ts'), '')
    await it.recorder.until(() => it.recorder.texts.has('marker.ts'))
    await it.recorder.settled()
    expect([...it.recorder.texts.keys()]).toEqual(['a.ts', 'marker.ts'])
  })
})

describe('a move', () => {
  test('arrives as one change', async () => {
    await using it = await setUp()
    renameSync(it.at('a.ts'), it.at('b.ts'))
    await it.recorder.until(() => it.recorder.texts.has('b.ts'))
    expect(it.recorder.changes.slice(1)).toMatchObject([{ removed: ['a.ts'], upserted: [{ path: 'b.ts', text: '1' }] }])
  })

  test('by copying and deleting arrives as one change', async () => {
    await using it = await setUp()
    copyFileSync(it.at('a.ts'), it.at('b.ts'))
    unlinkSync(it.at('a.ts'))
    await it.recorder.until(() => it.recorder.texts.has('b.ts'))
    expect(it.recorder.changes.slice(1)).toMatchObject([{ removed: ['a.ts'], upserted: [{ path: 'b.ts' }] }])
  })

  test('onto another file is a change there and a removal here', async () => {
    await using it = await setUp({ 'a.ts': '1', 'b.ts': '2' })
    renameSync(it.at('a.ts'), it.at('b.ts'))
    await it.recorder.until(() => !it.recorder.texts.has('a.ts'))
    expect(Object.fromEntries(it.recorder.texts)).toEqual({ 'b.ts': '1' })
  })

  test('does not keep other files waiting', async () => {
    await using it = await setUp({ 'a.ts': '1', 'other.ts': '2' })
    renameSync(it.at('a.ts'), it.at('b.ts'))
    writeFileSync(it.at('other.ts'), '3')
    await it.recorder.until(() => it.recorder.texts.has('b.ts'))
    expect(it.recorder.changes.slice(1)).toMatchObject([
      { removed: [], upserted: [{ path: 'other.ts' }] },
      { removed: ['a.ts'], upserted: [{ path: 'b.ts' }] },
    ])
  })
})

describe('a save is told as a change, never as a removal', () => {
  const saves: Record<string, (at: (path: string) => string) => void> = {
    'in place': (at) => writeFileSync(at('a.ts'), 'new'),
    'truncated, then written': (at) => {
      writeFileSync(at('a.ts'), '')
      writeFileSync(at('a.ts'), 'new')
    },
    'by renaming a temporary file': (at) => {
      writeFileSync(at('a.ts.tmp'), 'new')
      renameSync(at('a.ts.tmp'), at('a.ts'))
    },
    'by renaming a temporary file of a name nobody knows': (at) => {
      writeFileSync(at('sedAb12Cd'), 'new')
      renameSync(at('sedAb12Cd'), at('a.ts'))
    },
    'by moving the old file away (vim, backupcopy=no)': (at) => {
      renameSync(at('a.ts'), at('a.ts~'))
      writeFileSync(at('a.ts'), 'new')
      unlinkSync(at('a.ts~'))
    },
    'by deleting and creating': (at) => {
      unlinkSync(at('a.ts'))
      writeFileSync(at('a.ts'), 'new')
    },
  }
  test.each(Object.entries(saves))('%s', async (_title, save) => {
    await using it = await setUp()
    save(it.at)
    await it.recorder.until(() => it.recorder.texts.get('a.ts') === 'new')
    await it.recorder.settled()
    expect(it.recorder.removed()).toEqual([])
    expect([...it.recorder.texts]).toEqual([['a.ts', 'new']])
  })

  test('also when the file was noticed to be missing in between', async () => {
    await using it = await setUp()
    unlinkSync(it.at('a.ts'))
    writeFileSync(it.at('b.ts'), 'told in the same look that misses a.ts')
    await it.recorder.until(() => it.recorder.texts.has('b.ts'))
    writeFileSync(it.at('a.ts'), 'new')
    await it.recorder.until(() => it.recorder.texts.get('a.ts') === 'new')
    await it.recorder.settled()
    expect(it.recorder.removed()).toEqual([])
  })
})

test('a file that is written in halves ends in its final state', async () => {
  await using it = await setUp()
  const half = openSync(it.at('b.ts'), 'w')
  writeSync(half, 'first half, ')
  await it.recorder.until(() => it.recorder.texts.get('b.ts') === 'first half, ')
  writeSync(half, 'second half')
  closeSync(half)
  await it.recorder.until(() => it.recorder.texts.get('b.ts') === 'first half, second half')
})

test('a file that is written without pause is told now and then', async () => {
  await using it = await setUp()
  const writing = setInterval(() => appendFileSync(it.at('a.ts'), '.'), 2)
  await it.recorder.until(() => it.recorder.changes.length > 3)
  clearInterval(writing)
  writeFileSync(it.at('a.ts'), 'end')
  await it.recorder.until(() => it.recorder.texts.get('a.ts') === 'end')
})

describe('a thousand files at once', () => {
  test('come in few changes, and none is lost', async () => {
    // Ten times the quiet time is waited for one to come, which a busy machine may take to tell of some of them.
    await using it = await setUp({ 'a.ts': '1' }, { settleMs: 200 })
    mkdirSync(it.at('team'))
    for (let n = 0; n < 1000; n++) writeFileSync(it.at(n % 2 ? `f${n}.ts` : `team/f${n}.ts`), `${n}`)
    await it.recorder.until(() => it.recorder.texts.size === 1001)
    expect(it.recorder.changes.length).toBeLessThan(10)
    for (let n = 0; n < 1000; n++) unlinkSync(it.at(n % 2 ? `f${n}.ts` : `team/f${n}.ts`))
    await it.recorder.until(() => it.recorder.texts.size === 1)
    expect([...it.recorder.texts.keys()]).toEqual(['a.ts'])
  })

  test('so many that the kernel drops events are all found', async () => {
    await using it = await setUp()
    // Two events each, all before any can be taken from the kernel's queue, which holds 16,384.
    for (let n = 0; n < 9000; n++) {
      linkSync(it.at('a.ts'), it.at(`f${n}.ts`))
      chmodSync(it.at(`f${n}.ts`), 0o600)
    }
    await it.recorder.until(() => it.recorder.texts.size === 9001)
    expect(it.recorder.removed()).toEqual([])
  })
})

test('a file that goes for good does not keep a thousand others waiting', async () => {
  await using it = await setUp({ 'a.ts': 'content of its own' })
  rmSync(it.at('a.ts'))
  for (let n = 0; n < 1000; n++) writeFileSync(it.at(`f${n}.ts`), `${n}`)
  await it.recorder.until(() => it.recorder.texts.size === 1000 && !it.recorder.texts.has('a.ts'))
  expect(it.recorder.removed()).toEqual(['a.ts'])
  const removal = it.recorder.changes.find(({ removed }) => removed.length > 0)
  expect(removal?.upserted).toEqual([])
})

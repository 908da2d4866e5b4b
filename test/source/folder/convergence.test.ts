import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { array, assert, asyncProperty, constant, constantFrom, nat, oneof, record as shape, tuple } from 'fast-check'
import { test } from 'vitest'
import { createScratch, record } from './recorder.ts'

type Act =
  | { readonly type: 'write' | 'save'; readonly path: string; readonly text: string }
  | { readonly type: 'delete'; readonly path: string }
  | { readonly type: 'move'; readonly from: string; readonly to: string }
  | { readonly type: 'pause'; readonly ms: number }

const folders = ['', 'a/', 'a/b/', 'c/']
const file = tuple(constantFrom(...folders), constantFrom('x.ts', 'y.ts', 'z.json')).map(([folder, name]) => folder + name)
const place = oneof(file, constantFrom('a', 'a/b', 'c', 'd'))

const acts = array(
  oneof(
    shape({ type: constantFrom('write' as const, 'save' as const), path: file, text: constantFrom('', '1', '2', '3') }),
    shape({ type: constant('delete' as const), path: place }),
    shape({ type: constant('move' as const), from: place, to: place }),
    shape({ type: constant('pause' as const), ms: nat(60) }),
  ),
  { minLength: 1, maxLength: 30 },
)

/** What the system refuses (a move into itself, a file where a folder must be) is part of the story. */
function attempt(act: () => void): void {
  try {
    act()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
  }
}

async function perform(dir: string, act: Act): Promise<void> {
  if (act.type === 'pause') await setTimeout(act.ms)
  if (act.type === 'delete') attempt(() => rmSync(join(dir, act.path), { recursive: true }))
  if (act.type === 'move') attempt(() => renameSync(join(dir, act.from), join(dir, act.to)))
  if (act.type === 'write' || act.type === 'save') {
    const path = join(dir, act.path)
    attempt(() => {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(act.type === 'save' ? `${path}.tmp` : path, act.text)
      if (act.type === 'save') renameSync(`${path}.tmp`, path)
    })
  }
}

/** Every source file with its text, in a form that compares. */
function contentOf(dir: string): string {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).filter((path) => /\.(?:ts|json)$/.test(path))
  return show(paths.map((path) => [path.slice(dir.length + 1), readFileSync(path, 'utf8')]))
}

function show(texts: Iterable<readonly [string, string]>): string {
  return JSON.stringify([...texts].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

test('whatever is written, moved and deleted, what was told ends as what is there', async () => {
  await assert(
    asyncProperty(acts, async (story) => {
      using scratch = createScratch()
      await using recorder = await record(scratch.dir)
      for (const act of story) await perform(scratch.dir, act)
      await recorder.until(() => show(recorder.texts) === contentOf(scratch.dir))
    }),
    { numRuns: 40 },
  )
})

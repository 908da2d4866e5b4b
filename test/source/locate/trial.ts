import { createHash } from 'node:crypto'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ModuleProblem } from '../../../src/model/events.ts'
import { type Loader, openLoader } from '../../../src/source/modules/loader.ts'
import { type ParseOptions, parseModule } from '../../../src/source/parse/parse.ts'

/** Stands right before what a problem is expected at, and in no file that is loaded. */
export const MARK = '‸'

/** Texts by path; entries are those that do not begin with `_`. */
export type Files = Readonly<Record<string, string>>

export interface Trial {
  /** All that is wrong with each of some files, by path. */
  problems(files: Files): Promise<Readonly<Record<string, readonly ModuleProblem[]>>>
  close(): Promise<void>
}

/** One evaluator for many cases, each in a folder of its own. */
export async function openTrial(more: Partial<ParseOptions> = {}): Promise<Trial> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'aigw-locate-')))
  const options = { owner: 'default', requireAccess: false, plainSecrets: false, ...more }
  const found = new Map<string, readonly ModuleProblem[]>()
  const loader: Loader<unknown> = openLoader(
    { dir, evaluationTimeoutMs: 20_000, evaluationMemoryMb: 256 },
    () => {},
    (late) => found.set(late.file, late.ok ? [] : late.problems),
    (module) => parseModule(module, options),
  )
  return {
    problems: async (files) => {
      found.clear()
      const upserted = Object.entries(files).map(([path, text]) => ({
        path,
        text,
        hash: createHash('sha256').update(text).digest('hex'),
      }))
      const { loaded } = await loader.update({ upserted, removed: [] }, (path) => !/(^|\/)_/.test(path))
      for (const each of loaded) found.set(each.file, each.ok ? [] : each.problems)
      await loader.settled()
      return Object.fromEntries(found)
    },
    close: async () => {
      await loader.close()
      await rm(dir, { recursive: true })
    },
  }
}

/** Where problems are told to be, as `a.ts:3:7`: of those in another file, their message says it. */
export function placesOf(problems: readonly ModuleProblem[]): string[] {
  return problems.map(({ file, line, column, msg }) => {
    const elsewhere = /^in (.+?:\d+:\d+): /.exec(msg)?.[1]
    return line === undefined ? (elsewhere ?? `${file}: nowhere`) : `${file}:${line}:${column}`
  })
}

/** The places of the marks, of the entry first. */
export function marksOf(files: Files, entry: string): string[] {
  const order = Object.keys(files).toSorted((a, b) => Number(b === entry) - Number(a === entry) || (a < b ? -1 : 1))
  return order.flatMap((path) => {
    const [first = '', ...more] = (files[path] ?? '').split(MARK)
    let before = first
    return more.map((next) => {
      const place = `${path}:${before.split('\n').length}:${before.length - before.lastIndexOf('\n')}`
      before += next
      return place
    })
  })
}

export function unmarked(files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, text.replaceAll(MARK, '')]))
}

/** The same files in a folder. */
export function inFolder(folder: string, files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]))
}

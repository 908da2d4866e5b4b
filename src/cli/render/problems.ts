import type { Hold } from '../../model/entry.ts'
import type { ModuleProblem, ProblemKind } from '../../model/events.ts'
import { rowOf } from '../../log/catalogue.ts'
import type { Line } from './text.ts'

/** Something that is wrong with the folder. */
export interface ProblemDocument {
  readonly problem: ProblemKind | 'duplicate-key'
  /** The module, below the folder; of a key declared more than once, the first of them. */
  readonly file: string
  /** 1-based. */
  readonly line: number | null
  readonly column: number | null
  /** Where in the data: `router.rules[0].steps[0].keys`. */
  readonly path: string | null
  readonly msg: string
  /** The lines around the place, with a marker. */
  readonly frame: string | null
  /** Of a key declared more than once. */
  readonly key: string | null
  /** The modules in question. */
  readonly files: readonly string[]
}

export function moduleProblem({ problem, file, line, column, path, msg, frame }: ModuleProblem): ProblemDocument {
  const place = { line: line ?? null, column: column ?? null, path: path ?? null }
  return { problem, file, ...place, msg, frame: frame ?? null, key: null, files: [file] }
}

export function duplicateKey({ key, sources }: Hold): ProblemDocument {
  const msg = `the key ${key} is declared more than once (${sources.join(', ')}); keep one, or give the other a key of its own`
  const place = { line: null, column: null, path: null }
  return { problem: 'duplicate-key', file: sources[0] ?? '', ...place, msg, frame: null, key, files: sources }
}

/** A sentence each, with the lines of the module below it, and an empty line where there was any. */
export function problemLines(problems: readonly ProblemDocument[]): readonly Line[] {
  const lines = problems.flatMap((problem) => [
    [{ style: 'red', text: '× ' } as const, sentence(problem)],
    ...frameLines(problem),
  ])
  return lines.length === 0 ? [] : [...lines, []]
}

function sentence({ problem, file, line, column, path, msg }: ProblemDocument): string {
  if (problem === 'duplicate-key') return msg
  const place = { ...(line !== null && { line }), ...(column !== null && { column }), ...(path !== null && { path }) }
  const event = { event: 'source.invalid', problem, file, msg, ...place } as const
  return rowOf(event).sentence(event)
}

/** A tab would be written out; the marker's line has the same ones, so that they still line up. */
function frameLines({ frame }: ProblemDocument): readonly Line[] {
  return frame?.split(/\r?\n/).map((text) => [`    ${text.replaceAll('\t', '  ')}`]) ?? []
}

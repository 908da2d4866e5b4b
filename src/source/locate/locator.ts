import { setImmediate as turn } from 'node:timers/promises'
import { type Position, positionAt } from '../modules/position.ts'
import type { Place } from '../modules/problem.ts'
import type { ModuleRecord } from '../modules/record.ts'
import { originalPositions } from '../modules/transform.ts'
import { spotInCode, type Wanted } from './code.ts'
import { Follower, MOST_LOOKS } from './follow.ts'
import { parseScript, type Script } from './script.ts'
import { offsetIn, readYaml } from './yaml.ts'

/** Which file of the folder an import of another leads to; undefined out of the folder. */
export type FollowImport = (from: ModuleRecord, specifier: string) => ModuleRecord | undefined

/** What is to be found in one file. */
export interface Question {
  readonly record: ModuleRecord
  /** The whole that the file gave; undefined where it is not known. */
  readonly value: unknown
  readonly wanted: readonly Wanted[]
}

/**
 * Finds where in the user's files the data stands that something is wrong with. The parsers are loaded with the first question; one file is
 * looked at in a turn of the event loop, so that a thousand broken ones hold up nothing else.
 */
export class Locator {
  readonly #follow: FollowImport
  /** What was parsed for the questions that wait: modules that share a helper have it parsed once. */
  readonly #known = new Map<ModuleRecord, Known>()
  #waiting = 0
  #turn: Promise<unknown> = Promise.resolve()

  constructor(follow: FollowImport) {
    this.#follow = follow
  }

  /** @returns a place for each that was wanted, undefined where there is none to be found */
  async find(question: Question): Promise<readonly (Place | undefined)[]> {
    this.#waiting += 1
    const found = this.#turn.then(() => this.#find(question))
    this.#turn = found.catch(() => undefined) // whoever asked gets the error; the next one is not concerned
    return found.finally(() => {
      this.#waiting -= 1
      if (this.#waiting === 0) this.#known.clear()
    })
  }

  async #find({ record, value, wanted }: Question): Promise<readonly (Place | undefined)[]> {
    await turn()
    if (isLarge(record)) return []
    if (record.form === 'yaml') return findInYaml(record, wanted)
    const acorn = await import('acorn')
    const parsed = (of: ModuleRecord): Script | undefined => this.#look(acorn, of).script
    const scripts = { imported: (from: ModuleRecord, specifier: string) => this.#imported(from, specifier, parsed) }
    const script = parsed(record)
    const budget = { left: MOST_LOOKS }
    return wanted.map((each) => {
      const spot = script && spotInCode(script, each, value, new Follower(scripts, budget))
      return spot && this.#place(acorn, spot.scope.script.record, spot.node.start)
    })
  }

  #imported(from: ModuleRecord, specifier: string, parsed: (of: ModuleRecord) => Script | undefined): Script | undefined {
    const to = this.#follow(from, specifier)
    return to && parsed(to)
  }

  #look(acorn: typeof import('acorn'), record: ModuleRecord): Known {
    const known = this.#known.get(record) ?? { script: scriptOf(acorn, record) }
    this.#known.set(record, known)
    return known
  }

  #place(acorn: typeof import('acorn'), record: ModuleRecord, offset: number): Place | undefined {
    const { path: file, text, code, form } = record
    if (form === 'json') return { file, text, at: positionAt(text, offset) }
    const known = this.#look(acorn, record)
    known.original ??= originalPositions(record)
    const at = known.original(positionAt(code, offset))
    return at && { file, text, at }
  }
}

interface Known {
  /** Undefined where it cannot be parsed. */
  readonly script: Script | undefined
  /** Made when the first place in it is found. */
  original?: (at: Position) => Position | undefined
}

/** UTF-16 units: what the parsers take within some 50 ms on a slow machine, whatever it says. Problems in a larger file have no place. */
const LARGEST = { code: 64 * 1024, text: 256 * 1024 }

function isLarge({ code, text, form }: ModuleRecord): boolean {
  return text.length > LARGEST.text || (form === 'module' && code.length > LARGEST.code)
}

/** The parser knows less new syntax than Node, and gives up on what is nested too deep: problems in that have no place either. */
function scriptOf(acorn: typeof import('acorn'), record: ModuleRecord): Script | undefined {
  if (isLarge(record)) return undefined
  try {
    return parseScript(acorn, record)
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined
    throw error
  }
}

async function findInYaml(
  { path: file, text }: ModuleRecord,
  wanted: readonly Wanted[],
): Promise<readonly (Place | undefined)[]> {
  const yaml = await import('js-yaml')
  const document = readYaml(yaml, text)
  return wanted.map((each) => {
    const offset = offsetIn(document, each)
    return offset === undefined ? undefined : { file, text, at: positionAt(text, offset) }
  })
}

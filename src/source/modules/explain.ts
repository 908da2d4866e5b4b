import { importFinding } from './closure.ts'
import type { Outcome } from '../evaluator/job.ts'
import type { Finding, Place } from './problem.ts'
import type { Position } from './position.ts'
import { REFUSED_IMPORT, type Thrown } from '../evaluator/protocol.ts'
import type { ModuleRecord } from './record.ts'
import type { Death } from '../evaluator/talk.ts'
import { originalPosition } from './transform.ts'

/** What kept an entry from giving a value, in terms of the files the user wrote. */
export function explainFailure(failure: Failure, { file, reachable }: Subject, limits: Limits): Finding {
  if (failure.type === 'threw') return explainThrown(failure.thrown, { file, reachable })
  if (failure.type === 'invalid') return { kind: 'invalid', msg: failure.msg, path: failure.path }
  if (failure.type === 'unavailable') return { kind: 'exit', msg: `was not run, as the evaluator does not start: ${failure.msg}` }
  const where = file === failure.during ? '' : `in ${failure.during}: `
  if (failure.type === 'exit') return { kind: 'exit', msg: `${where}ended the evaluator: ${exitMessage(failure.death, limits)}` }
  return { kind: 'timeout', msg: `${where}did not finish within ${limits.evaluationTimeoutMs} ms (evaluationTimeout)` }
}

export type Failure = Exclude<Outcome, { readonly type: 'value' | 'done' }>

export interface Subject {
  /** The entry. */
  readonly file: string
  readonly reachable: Reachable
}

export interface Limits {
  readonly evaluationTimeoutMs: number
  readonly evaluationMemoryMb: number
}

function exitMessage({ memory, msg }: Death, { evaluationMemoryMb }: Limits): string {
  return memory ? `it needed more than ${evaluationMemoryMb} MB (evaluationMemory)` : msg
}

/** What a module threw, in terms of the files the user wrote. */
function explainThrown(thrown: Thrown, { file, reachable }: Subject): Finding {
  const uncompiled = thrown.uncompiled === undefined ? undefined : reachable.get(thrown.uncompiled)
  if (uncompiled !== undefined) {
    const where = uncompiled.path === file ? '' : `in ${uncompiled.path}: `
    return { kind: 'syntax', msg: `${where}${thrown.msg} (syntax that this version of Node does not run, such as decorators)` }
  }
  const missing = missingPackage(thrown, reachable)
  if (missing !== undefined) return missing
  const spot = topFrame(thrown.stack ?? '') ?? header(thrown.stack ?? '')
  const place = spot && placeOf(spot, reachable)
  return { kind: kindOf(thrown, spot), msg: message(thrown), ...(place && { place }) }
}

/** What may have thrown, by URL in the child. */
export type Reachable = ReadonlyMap<string, ModuleRecord>

/** A position in transformed code. */
interface Spot {
  readonly url: string
  readonly at: Position
  /** From the head of a stack: an import asks for what is not exported. */
  readonly unlinked: boolean
}

const IMPORT_CODES = new Set([
  REFUSED_IMPORT,
  'ERR_IMPORT_ATTRIBUTE_MISSING',
  'ERR_MODULE_NOT_FOUND',
  'ERR_PACKAGE_PATH_NOT_EXPORTED',
  'ERR_UNKNOWN_BUILTIN_MODULE',
  'ERR_UNKNOWN_FILE_EXTENSION',
])

function kindOf({ code }: Thrown, spot: Spot | undefined): Finding['kind'] {
  if (code !== undefined && IMPORT_CODES.has(code)) return 'import'
  return spot?.unlinked === true ? 'import' : 'threw'
}

function message({ msg, code, permission, resource }: Thrown): string {
  if (code === 'ERR_ACCESS_DENIED') {
    return `config modules run isolated and are not permitted: ${[permission, resource].filter(Boolean).join(' ') || msg}`
  }
  return (code === REFUSED_IMPORT ? msg.replace(/^Error: /, '') : msg).replaceAll(/\?v=[\da-f]{16}/g, '')
}

/** Frames of our modules carry a version; those of packages and of Node do not. */
function topFrame(stack: string): Spot | undefined {
  const found = /^ +at .*?(file:\/\/[^\s?]+\?v=[\da-f]{16}):(\d+):(\d+)\)?$/m.exec(stack)
  return found === null
    ? undefined
    : { url: found[1] ?? '', at: { line: Number(found[2]), column: Number(found[3]) }, unlinked: false }
}

/** The place, the line of code and a marker, which Node puts before the message when modules cannot be linked. */
function header(stack: string): Spot | undefined {
  const found = /^(file:\/\/[^\s?]+\?v=[\da-f]{16}):(\d+)\n.*\n( *)\^/.exec(stack)
  return found === null
    ? undefined
    : { url: found[1] ?? '', at: { line: Number(found[2]), column: (found[3] ?? '').length + 1 }, unlinked: true }
}

function placeOf({ url, at }: Spot, reachable: Reachable): Place | undefined {
  const record = reachable.get(url)
  const original = record && originalPosition(record, at)
  return record && original && { file: record.path, text: record.text, at: original }
}

/** Node says which package it missed, and not where: that is found among the imports. */
function missingPackage(thrown: Thrown, reachable: Reachable): Finding | undefined {
  const name = /Cannot find package '([^']+)'/.exec(thrown.msg)?.[1]
  if (thrown.code !== 'ERR_MODULE_NOT_FOUND' || name === undefined) return undefined
  for (const record of reachable.values()) {
    const found = record.imports.find(({ specifier }) => specifier === name || specifier.startsWith(`${name}/`))
    if (found !== undefined)
      return importFinding(record, found, `package '${name}' is not in a node_modules at or above the folder`)
  }
  return undefined
}

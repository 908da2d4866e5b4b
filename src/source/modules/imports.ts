import { type Import as Lexed, init, parse } from 'es-module-lexer'
import { Result } from 'neverthrow'

/** One import of a module, in its transformed code. */
export interface ModuleImport {
  readonly specifier: string
  /** `import('./x.ts')`: only fails if it is reached. */
  readonly dynamic: boolean
  /** Says `with { type: 'json' }`. */
  readonly json: boolean
  /** Of the specifier in the code, in UTF-16 units. */
  readonly offset: number
}

/** To be awaited once before `importsOf`. */
export const lexerReady = init

/** Where the lexer gave up, in UTF-16 units of the code. */
export interface LexerError {
  readonly offset: number
}

const lex = Result.fromThrowable(parse, (error): LexerError => ({ offset: (error as { idx?: number }).idx ?? 0 }))

/**
 * The imports that can be known without running the code: static ones, and dynamic ones of a literal.
 * @returns err also for some code that is valid: the lexer guesses where a regular expression begins, and nests only so deep
 */
export function importsOf(code: string): Result<readonly ModuleImport[], LexerError> {
  return lex(code).map(([imports]) => imports.flatMap((found) => describe(found) ?? []))
}

function describe(found: Lexed): ModuleImport | undefined {
  const { start: offset } = found
  if (found.type === 'import-meta') return undefined
  if (found.type === 'dynamic') {
    if (found.specifier === undefined || found.glob) return undefined
    return { specifier: found.specifier, dynamic: true, json: true, offset } // the lexer does not read its attributes: Node will
  }
  const json = found.attributes?.some(([name, value]) => name === 'type' && value === 'json') ?? false
  return { specifier: found.specifier, dynamic: false, json, offset }
}

import { type Import as Lexed, init, parse } from 'es-module-lexer'

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

/** The imports that can be known without running the code: static ones, and dynamic ones of a literal. Code must be valid. */
export function importsOf(code: string): readonly ModuleImport[] {
  const [imports] = parse(code)
  return imports.flatMap((found) => describe(found) ?? [])
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

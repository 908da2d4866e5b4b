import type { ResolveFnOutput, ResolveHookContext } from 'node:module'
import { fastenBuiltin } from './builtins.ts'
import type { ChildModule } from './protocol.ts'
import { REFUSED_IMPORT } from './protocol.ts'

const { isBuiltin, registerHooks } = process.getBuiltinModule('node:module')

interface Served {
  readonly format: 'module' | 'json'
  readonly source: string
  readonly links: ReadonlyMap<string, string>
  readonly refusals: ReadonlyMap<string, string>
}

export interface Server {
  add(modules: readonly ChildModule[]): void
  /** The URL of the source that Node took last. */
  latest(): string | undefined
}

type NextResolve = (specifier: string, context?: Partial<ResolveHookContext>) => ResolveFnOutput

/** In the child: makes Node's module loader serve exactly the sources it is handed, and `runtime` as the module `name`. */
export async function startServing(name: string, runtime: object): Promise<Server> {
  const served = new Map<string, Served>()
  let latest: string | undefined
  registerHooks({
    resolve: (specifier, context, next) => resolve(served, specifier, context, next),
    load: (url, context, next) => {
      const found = served.get(url)
      if (found === undefined) return next(url, context)
      latest = url
      return { format: found.format, source: found.source, shortCircuit: true }
    },
  })
  await serveRuntime(served, name, runtime)
  return { add: (modules) => modules.forEach((module) => add(served, module)), latest: () => latest }
}

function add(served: Map<string, Served>, { url, format, source, links, refusals }: ChildModule): void {
  served.set(url, { format, source, links: new Map(links), refusals: new Map(refusals) })
}

function resolve(
  served: ReadonlyMap<string, Served>,
  specifier: string,
  context: ResolveHookContext,
  next: NextResolve,
): ResolveFnOutput {
  if (served.has(specifier)) return { url: specifier, shortCircuit: true }
  if (isBuiltin(specifier)) fastenBuiltin(specifier)
  const importer = context.parentURL === undefined ? undefined : served.get(context.parentURL)
  if (importer === undefined) return next(specifier, context) // a package imports its own
  const url = importer.links.get(specifier)
  if (url !== undefined) return { url, shortCircuit: true }
  const refusal = importer.refusals.get(specifier) ?? unforeseen(specifier)
  if (refusal !== undefined) throw Object.assign(new Error(refusal), { code: REFUSED_IMPORT })
  return next(specifier, { ...context, parentURL: context.parentURL?.replace(/\?.*$/, '') })
}

/** Only a computed `import()` comes here with the path of a file; a Node module that is none is not there, or was taken away. */
function unforeseen(specifier: string): string | undefined {
  if (isBuiltin(specifier) || /^[^./#:][^:]*$/.test(specifier)) return undefined
  if (specifier.startsWith('node:')) return `'${specifier}' is not there for config modules`
  return `'${specifier}' cannot be imported: a computed import() may name only Node modules and packages; write the path of a file out`
}

/** The functions pass from here to the served module by a global that is gone before any module of the user runs. */
async function serveRuntime(served: Map<string, Served>, name: string, runtime: object): Promise<void> {
  const exported = Object.keys(runtime).join(', ')
  const source = `export const { ${exported} } = globalThis[Symbol.for('${name}')]`
  served.set(name, { format: 'module', source, links: new Map(), refusals: new Map() })
  const handover = Symbol.for(name)
  Object.assign(globalThis, { [handover]: runtime })
  await import(name)
  Reflect.deleteProperty(globalThis, handover)
}

import { readFileSync } from 'node:fs'
import { createRequire, registerHooks } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** Makes each load new to Node's module cache. */
let loads = 0

/**
 * Loads a settings module as it is now, with the files it imports; cosmiconfig's own loader answers from Node's module cache.
 * TypeScript is transformed here, so that it means the same on every Node and without a warning.
 * @returns the default export
 * @throws whatever the module throws; an `Error` where it exports no default, or where TypeScript does not parse
 */
export async function loadModule(file: string): Promise<unknown> {
  const { transformSync } = await import('oxc-transform')
  loads += 1
  const version = `?settings=${loads}`
  const main = pathToFileURL(file).href
  const hooks = registerHooks({
    resolve: (specifier, context, next) => {
      const resolved = next(specifier, context)
      const ours = context.parentURL?.endsWith(version) && context.conditions.includes('import')
      return ours && resolved.url.startsWith('file:') ? { ...resolved, url: resolved.url + version } : resolved
    },
    load: (url, context, next) => {
      if (url === main + version && !TYPESCRIPT.test(main)) {
        const loaded = next(url, context)
        // Node's way from `import` to CommonJS keeps what is required there for good, under no version.
        return loaded.format === 'commonjs' ? { format: 'module', source: requiring(file), shortCircuit: true } : loaded
      }
      if (!url.endsWith(version) || !TYPESCRIPT.test(url.slice(0, -version.length))) return next(url, context)
      const path = fileURLToPath(url)
      const text = readFileSync(path, 'utf8')
      const { code, errors } = transformSync(path, text)
      if (errors[0] !== undefined) throw new SyntaxError(`${errors[0].message} (${path}:${position(text, errors[0].labels)})`)
      return { format: 'module', source: code, shortCircuit: true }
    },
  })
  const known = new Set(Object.keys(required))
  try {
    const module: { default?: unknown } = await import(main + version)
    if (module.default === undefined || module.default === null) throw new Error('it has no default export')
    return module.default
  } finally {
    hooks.deregister()
    forgetBut(known)
  }
}

/** A module that has what a CommonJS one exports as its default. */
function requiring(file: string): string {
  const path = JSON.stringify(file)
  return `import { createRequire } from 'node:module'\nexport default createRequire(${path})(${path})`
}

/** What CommonJS modules have loaded, by path: their own cache, which knows nothing of versions. */
const required = createRequire(import.meta.url).cache

/** Packages stay: they are installed, not written. */
function forgetBut(known: ReadonlySet<string>): void {
  for (const path of Object.keys(required)) {
    if (!known.has(path) && !path.includes('/node_modules/')) Reflect.deleteProperty(required, path)
  }
}

const TYPESCRIPT = /\.m?ts$/

/** Line and column, from 1, of where a parser found fault. */
function position(text: string, [label]: readonly { start: number }[]): string {
  const before = text.slice(0, label?.start ?? 0).split('\n')
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`
}

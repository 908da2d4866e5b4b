import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import leven from 'leven'

/** What an import specifier may mean. */
export type Target =
  /** The first of these paths below the folder that exists. */
  | { readonly kind: 'file'; readonly candidates: readonly string[] }
  /** Of Node or of aigw-sync itself. */
  | { readonly kind: 'builtin' }
  /** Of a `node_modules` at or above the folder; the child looks for it. */
  | { readonly kind: 'package' }
  | { readonly kind: 'refused'; readonly msg: string }

/** The name under which the child serves `defineConfig` and its like. */
export const OWN_SPECIFIER = 'aigw-sync'

/**
 * Relative specifiers as Node reads them, and two ways editors accept: `./x.js` for `./x.ts`, and no extension at all (a file,
 * then an `index` in a folder). Whatever is written in full and exists wins.
 * @param from path of the importing module below the folder
 */
export function targetOf(from: string, specifier: string): Target {
  if (specifier === OWN_SPECIFIER || isBuiltin(specifier)) return { kind: 'builtin' }
  if (/^\.\.?(\/|$)/.test(specifier)) return relative(from, specifier)
  if (/^(\/|#|[a-z][a-z\d+.-]*:)/i.test(specifier)) return { kind: 'refused', msg: outsideMessage(specifier) }
  return { kind: 'package' }
}

function relative(from: string, specifier: string): Target {
  const path = posix.join(posix.dirname(from), decoded(specifier))
  if (path === '..' || path.startsWith('../')) return { kind: 'refused', msg: outsideMessage(specifier) }
  const folder = /(^|\/)\.{0,2}$/.test(specifier)
  return { kind: 'file', candidates: folder ? indexesOf(path) : candidatesOf(path) }
}

/** Specifiers are URLs: `%20` is a space. */
function decoded(specifier: string): string {
  try {
    return decodeURIComponent(specifier)
  } catch {
    return specifier // a lone `%`: taken as it stands
  }
}

function candidatesOf(path: string): readonly string[] {
  const twin = /^(.*)\.(m?)js$/.exec(path)
  if (twin !== null) return [path, `${twin[1]}.${twin[2]}ts`]
  if (/\.(m?ts|json|ya?ml)$/.test(path)) return [path]
  return [...withExtensions(path), ...indexesOf(path)]
}

function indexesOf(folder: string): readonly string[] {
  return withExtensions(posix.join(folder, 'index'))
}

function withExtensions(path: string): readonly string[] {
  return ['.ts', '.mts', '.js', '.mjs'].map((extension) => path + extension)
}

function outsideMessage(specifier: string): string {
  return (
    `'${specifier}' cannot be imported: config modules import files of their own folder by relative path, ` +
    'Node modules by their name, and packages from a node_modules at or above the folder'
  )
}

/** Says that none of the candidates exists, with the nearest that does. */
export function missingMessage(specifier: string, candidates: readonly string[], existing: Iterable<string>): string {
  const wanted = candidates[0] ?? specifier
  const nearest = nearestOf(wanted, existing)
  return `'${specifier}' is not there: no ${wanted} in the folder${nearest === undefined ? '' : `; did you mean ${nearest}?`}`
}

function nearestOf(wanted: string, existing: Iterable<string>): string | undefined {
  let best: string | undefined
  let limit = Math.max(2, Math.floor(posix.basename(wanted).length / 3)) + 1
  for (const path of existing) {
    const distance = leven(wanted, path, { maxDistance: limit })
    if (distance < limit) [best, limit] = [path, distance]
  }
  return best
}

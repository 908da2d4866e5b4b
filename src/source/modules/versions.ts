import { hash } from 'node:crypto'
import type { Edge, Vertex } from './graph.ts'

export interface Surroundings {
  vertex(path: string): Vertex | undefined
  follow(edge: Edge): string | undefined
  /** The version of a file that is not to be computed anew. */
  known(path: string): string | undefined
}

/**
 * Versions of these files, which must hold whole cycles. Files that import one another in a cycle reach the same content, so
 * they are hashed as one: Tarjan's strongly connected components, which come out with the imported before the importing.
 */
export function versionsOf(paths: ReadonlySet<string>, around: Surroundings): ReadonlyMap<string, string> {
  const search: Search = { paths, around, order: new Map(), lowest: new Map(), open: [], versions: new Map() }
  for (const path of paths) if (!search.order.has(path)) visit(path, search)
  return search.versions
}

/** Written as twice as many hexadecimal digits. */
const VERSION_BYTES = 8

interface Search {
  readonly paths: ReadonlySet<string>
  readonly around: Surroundings
  /** When a path was first seen. */
  readonly order: Map<string, number>
  /** The earliest path that is still open and within reach. */
  readonly lowest: Map<string, number>
  readonly open: string[]
  readonly versions: Map<string, string>
}

function visit(path: string, search: Search): void {
  const vertex = search.around.vertex(path)
  if (vertex === undefined) return
  const place = search.order.size
  search.order.set(path, place)
  search.lowest.set(path, place)
  search.open.push(path)
  for (const edge of vertex.edges) lower(path, search.around.follow(edge), search)
  if (search.lowest.get(path) === place) close(search.open.splice(search.open.lastIndexOf(path)), search)
}

function lower(path: string, target: string | undefined, search: Search): void {
  if (target === undefined || !search.paths.has(target) || search.versions.has(target)) return
  if (!search.order.has(target)) visit(target, search)
  if (search.versions.has(target)) return // its component is complete, and ours is another
  search.lowest.set(path, Math.min(search.lowest.get(path) ?? 0, search.lowest.get(target) ?? 0))
}

function close(component: readonly string[], search: Search): void {
  const inside = new Set(component)
  const content = component
    .toSorted()
    .map((path) => describe(path, inside, search))
    .join('\n')
  const version = hash('sha256', content, 'buffer').toString('hex', 0, VERSION_BYTES) // a slice of all would keep all
  for (const path of component) search.versions.set(path, version)
}

function describe(path: string, inside: ReadonlySet<string>, search: Search): string {
  const vertex = search.around.vertex(path)
  const edges = vertex?.edges.map((edge) => {
    const target = search.around.follow(edge)
    if (target === undefined || inside.has(target)) return [edge.specifier, target]
    return [edge.specifier, target, search.versions.get(target) ?? search.around.known(target)]
  })
  return JSON.stringify([path, vertex?.hash, edges])
}

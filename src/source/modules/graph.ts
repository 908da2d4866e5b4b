import { versionsOf } from './versions.ts'

/** A file of the folder as the graph sees it. */
export interface Vertex {
  /** Of the content. */
  readonly hash: string
  readonly edges: readonly Edge[]
}

/** An import that may lead to a file of the folder: to the first candidate that exists. */
export interface Edge {
  readonly specifier: string
  readonly candidates: readonly string[]
}

/**
 * Which file imports which, and a version for each: a hash over its own content and all that it reaches, so that a file has
 * another version exactly when something it reaches has changed, and its old one when that is undone.
 */
export class Graph {
  readonly #vertices = new Map<string, Vertex>()
  readonly #versions = new Map<string, string>()
  /** By candidate path, whether it exists or not: who would import it. */
  readonly #seekers = new Map<string, Set<string>>()

  /**
   * Costs as much as the change reaches, however many files there are.
   * @returns the files that are there and whose version is another one now
   */
  update(upserted: ReadonlyMap<string, Vertex>, removed: Iterable<string>): ReadonlySet<string> {
    const touched = new Set<string>(upserted.keys())
    for (const path of removed) {
      touched.add(path)
      this.#remove(path)
    }
    for (const [path, vertex] of upserted) this.#insert(path, vertex)
    return this.#renew(this.#reaching(touched))
  }

  has(path: string): boolean {
    return this.#vertices.has(path)
  }

  /** Whether any file would import what is, or might be, at a path. */
  isSought(path: string): boolean {
    return this.#seekers.has(path)
  }

  paths(): Iterable<string> {
    return this.#vertices.keys()
  }

  version(path: string): string | undefined {
    return this.#versions.get(path)
  }

  /** The file an import leads to, if it exists. */
  follow(edge: Edge): string | undefined {
    return edge.candidates.find((candidate) => this.#vertices.has(candidate))
  }

  #insert(path: string, vertex: Vertex): void {
    this.#remove(path)
    this.#vertices.set(path, vertex)
    for (const candidate of candidatesOf(vertex)) {
      const seekers = this.#seekers.get(candidate)
      if (seekers === undefined) this.#seekers.set(candidate, new Set([path]))
      else seekers.add(path)
    }
  }

  #remove(path: string): void {
    const vertex = this.#vertices.get(path)
    if (vertex === undefined) return
    this.#vertices.delete(path)
    for (const candidate of candidatesOf(vertex)) {
      const seekers = this.#seekers.get(candidate)
      seekers?.delete(path)
      if (seekers?.size === 0) this.#seekers.delete(candidate)
    }
  }

  /** Everything whose imports lead or might lead to these, transitively, and these themselves. */
  #reaching(paths: Set<string>): ReadonlySet<string> {
    for (const path of paths) for (const seeker of this.#seekers.get(path) ?? []) paths.add(seeker) // the set grows while read
    return paths
  }

  #renew(paths: ReadonlySet<string>): ReadonlySet<string> {
    const changed = new Set<string>()
    const renewed = versionsOf(paths, {
      vertex: (path) => this.#vertices.get(path),
      follow: (edge) => this.follow(edge),
      known: (path) => this.#versions.get(path),
    })
    for (const path of paths) {
      const version = renewed.get(path)
      if (version === undefined) this.#versions.delete(path)
      else if (version !== this.#versions.get(path)) {
        this.#versions.set(path, version)
        changed.add(path)
      }
    }
    return changed
  }
}

function candidatesOf(vertex: Vertex): Iterable<string> {
  return vertex.edges.flatMap(({ candidates }) => candidates)
}

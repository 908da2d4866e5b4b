/** A folder of modules, each of which declares one entry. */
import type { Configuration } from '../../../src/model/configuration.ts'
import { contentDigest } from '../../../src/model/digest.ts'
import type { DesiredState, Entry } from '../../../src/model/entry.ts'
import { managedBy } from '../../../src/model/managed.ts'

export interface Module {
  readonly key: string
  readonly configuration: Configuration
  readonly protect?: boolean
  readonly renamedFrom?: string
  readonly adopt?: string
  readonly managedKeys?: Entry['managedKeys']
}

export class Folder {
  readonly modules = new Map<string, Module>()
  readonly broken = new Set<string>()
  /** Whether the folder is there. */
  isComplete = true
}

/** What one process knows of the folder, as long as it lives: of what it cannot read, what that last said. */
export class View {
  readonly #folder: Folder
  readonly #known = new Map<string, Module>()

  constructor(folder: Folder) {
    this.#folder = folder
    this.refresh()
  }

  refresh(): void {
    const { modules, broken, isComplete } = this.#folder
    if (!isComplete) return
    for (const path of this.#known.keys()) if (!modules.has(path)) this.#known.delete(path)
    for (const [path, module] of modules) if (!broken.has(path)) this.#known.set(path, module)
  }

  get desired(): DesiredState {
    const byKey = Map.groupBy([...this.#known].map(entryOf), ({ key }) => key)
    const entries = new Map<string, Entry>()
    const held = new Map<string, { key: string; sources: string[]; reason: 'duplicate-key' }>()
    for (const [key, [entry, ...others]] of byKey) {
      if (entry && others.length === 0) entries.set(key, entry)
      else if (entry) held.set(key, { key, sources: [entry, ...others].map(({ source }) => source), reason: 'duplicate-key' })
    }
    const { broken, modules, isComplete } = this.#folder
    return {
      entries,
      held,
      managed: managedBy(entries.values()),
      broken: new Set([...broken].filter((path) => modules.has(path))),
      complete: isComplete,
    }
  }
}

function entryOf([source, { key, configuration, protect = false, renamedFrom, adopt, managedKeys }]: [string, Module]): Entry {
  return {
    key,
    source,
    configuration,
    digest: contentDigest(configuration),
    protect,
    ...(renamedFrom !== undefined && { renamedFrom }),
    ...(adopt !== undefined && { adopt }),
    ...(managedKeys && { managedKeys }),
  }
}

import { dirname, relative } from 'node:path'
import { licenceSection, readLicensed } from '../licences.ts'

/** What is in the bundle of others, with its licences: a file beside the chunks. */
export const THIRD_PARTY = 'THIRD-PARTY.txt'

interface Chunk {
  readonly type: string
  readonly fileName: string
  readonly moduleIds?: readonly string[]
}

interface Emitter {
  emitFile(file: { type: 'asset'; fileName: string; source: string }): string
}

/** Writes that file. */
export function thirdParty() {
  return {
    name: 'third-party',
    async generateBundle(this: Emitter, _options: object, bundle: Readonly<Record<string, Chunk>>) {
      const modules = Object.values(bundle).flatMap(({ moduleIds = [] }) => moduleIds)
      const sections = await Promise.all(
        [...foldersOf(modules)].map(async ([folder, within]) => {
          const licensed = await readLicensed(folder, within)
          return { name: licensed.name, text: licenceSection(licensed, 'the files beside this one') }
        }),
      )
      const source = sections.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(({ text }) => text)
      this.emitFile({ type: 'asset', fileName: THIRD_PARTY, source: source.join('\n') })
    },
  }
}

/** By the folder of each package, the folders below it that modules of the bundle are from. */
function foldersOf(modules: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const folders = new Map<string, Set<string>>()
  for (const module of modules) {
    const [, folder] = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(module) ?? []
    if (folder === undefined) continue
    const within = folders.get(folder) ?? new Set()
    folders.set(folder, within.add(relative(folder, dirname(module))))
  }
  return folders
}

/** A folder of modules for one test, changed the way people and tools change it. */
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

export type Files = Readonly<Record<string, string>>

export interface ConfigFolder {
  /** The folder of modules. */
  readonly dir: string
  /** Holds `dir`, and what must not be in it. */
  readonly around: string
  /** The absolute path of something in the folder. */
  readonly at: (path: string) => string
  /** Saves one file in a single step, so that nobody sees it half written. */
  readonly put: (path: string, text: string) => void
  /** Brings a folder with files into the folder in a single step. */
  readonly drop: (name: string, files: Files) => void
  readonly remove: (path: string) => void
}

export function createConfigFolder(): ConfigFolder {
  const around = realpathSync(mkdtempSync(join(tmpdir(), 'aigw-sync-folder-')))
  onTestFinished(() => rmSync(around, { recursive: true, force: true }))
  const dir = join(around, 'configs')
  const at = (path: string): string => join(dir, path)
  mkdirSync(dir)
  return {
    dir,
    around,
    at,
    put(path, text) {
      const aside = join(around, 'aside')
      writeFileSync(aside, text)
      mkdirSync(dirname(at(path)), { recursive: true })
      renameSync(aside, at(path))
    },
    drop(name, dropped) {
      const aside = mkdtempSync(join(around, 'aside-'))
      writeFiles(aside, dropped)
      renameSync(aside, at(name))
    },
    remove: (path) => rmSync(at(path), { recursive: true }),
  }
}

export function writeFiles(dir: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), text)
  }
}

/** A module that declares one configuration. */
export function moduleNamed(name: string): string {
  return `export default { name: ${JSON.stringify(name)}, access: { models: { allow: [] } } }\n`
}

/** A module whose configuration has the name that another file exports. */
export function moduleNamedBy(specifier: string): string {
  return `import { name } from ${JSON.stringify(specifier)}\nexport default { name, access: { models: { allow: [] } } }\n`
}

import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { basename, extname, join, relative } from 'node:path'
import { type Licensed, readLicensed } from '../licences.ts'
import { Refusal, ROOT } from '../script.ts'
import { copyInto } from './write.ts'

/** A package that the program needs when it runs, and that is not in the bundle. */
export interface RuntimePackage extends Licensed {
  /** Below the checkout, `node_modules/oxc-transform`. */
  readonly path: string
}

interface Locked {
  readonly version: string
  readonly license?: string
  readonly dependencies?: Record<string, string>
  readonly optionalDependencies?: Record<string, string>
}

type Lock = Readonly<Record<string, Locked>>

/** What Node.js loads; types, sources, maps and prose stay behind. */
const LOADED = new Set(['.js', '.cjs', '.mjs', '.json', '.node', '.wasm'])
const ASIDE = new Set([
  'bin',
  'test',
  'tests',
  'docs',
  'doc',
  'example',
  'examples',
  'bench',
  'benchmarks',
  '.github',
  'types',
  'typings',
])

/**
 * The packages that the dependencies of package.json lead to, by package-lock.json, as far as this platform has them; by name.
 * @throws Refusal where one is not installed, or in another version
 */
export async function runtimePackages(): Promise<readonly RuntimePackage[]> {
  const { packages: lock } = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as { packages: Lock }
  const paths = new Set<string>()
  const follow = (from: string): void => {
    const { dependencies = {}, optionalDependencies = {} } = lock[from] ?? {}
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const path = resolveIn(lock, from, name)
      const isWanted = !(name in optionalDependencies) || existsSync(join(ROOT, path))
      if (!isWanted || paths.has(path)) continue
      paths.add(path)
      follow(path)
    }
  }
  follow('')
  return Promise.all([...paths].toSorted().map((path) => readPackage(path, lock[path])))
}

/** Where Node.js finds a package: in the nearest `node_modules` above. */
function resolveIn(lock: Lock, from: string, name: string): string {
  for (let folder = from; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('/node_modules/'), 0))) {
    const path = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`
    if (path in lock) return path
    if (folder === '')
      throw new Refusal(`package-lock.json does not have ${name}, which ${from || 'package.json'} needs. Run: npm install`)
  }
}

async function readPackage(path: string, locked: Locked | undefined): Promise<RuntimePackage> {
  const folder = join(ROOT, path)
  if (!existsSync(join(folder, 'package.json'))) throw new Refusal(`${path} is not installed. Run: npm ci`)
  const licensed = await readLicensed(folder)
  if (licensed.version !== locked?.version)
    throw new Refusal(
      `${path} is installed in version ${licensed.version}; package-lock.json has ${locked?.version}. Run: npm ci`,
    )
  return { ...licensed, path }
}

/** Copies what Node.js loads of the packages below a folder. */
export async function copyPackages(packages: readonly RuntimePackage[], into: string): Promise<void> {
  for (const { path } of packages) {
    const folder = join(ROOT, path)
    const found = await readdir(folder, { recursive: true, withFileTypes: true })
    const files = found.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    for (const file of files.filter(isLoaded)) await copyInto(join(folder, file), join(into, path, file))
  }
}

/** @param path of a file within its package */
function isLoaded(path: string): boolean {
  const folders = path.split('/').slice(0, -1)
  if (ASIDE.has(folders[0] ?? '') || folders.includes('node_modules')) return false
  return LOADED.has(extname(path)) && !/^bin\.js$|\.config\.js$|^tsconfig/.test(basename(path))
}

/**
 * Ways to load TypeScript modules from a folder. Arguments: whose way, the folder, how many times to load one of them again after a change.
 * Writes `{ "coldMs": …, "reloadMs": […] }`. A loader that goes on giving what a changed file said before has no `reloadMs`.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [way = '', dir = '', reloads = ''] = process.argv.slice(2)

/** Each loads its own code first, and gives one function for the first time a file is loaded and one for later times. */
const WAYS = {
  /** Node's own. It knows modules by their URL. */
  async native() {
    return {
      load: (path) => import(pathToFileURL(path).href),
      reload: (path, time) => import(`${pathToFileURL(path).href}?t=${time}`),
    }
  },
  /** As it comes, with its cache of transformed files, which the rounds before have filled; for a reload it must not remember modules. */
  async jiti() {
    const { createJiti } = await import('jiti')
    const jiti = createJiti(import.meta.url)
    return {
      load: (path) => jiti.import(path),
      reload: (path) => createJiti(import.meta.url, { moduleCache: false }).import(path),
    }
  },
  /** Told of the one file, so that it looks for no other. */
  async c12() {
    const { loadConfig } = await import('c12')
    const load = async (path) => {
      const { config } = await loadConfig({ configFile: path, rcFile: false, globalRc: false, packageJson: false, dotenv: false })
      return { default: config }
    }
    return { load, reload: load }
  },
  /** Its loader for `.ts`. It imports the file under the same URL again. */
  async cosmiconfig() {
    const { cosmiconfig } = await import('cosmiconfig')
    const explorer = cosmiconfig('bench')
    return { load: async (path) => ({ default: (await explorer.load(path))?.config }), reload: undefined }
  },
}

if (!Object.hasOwn(WAYS, way)) throw new Error(`expected one of ${Object.keys(WAYS).join(', ')}, got ${way}`)
const { load, reload } = await WAYS[/** @type {keyof typeof WAYS} */ (way)]()
const start = performance.now()
const files = readdirSync(dir).filter((name) => name.endsWith('.ts') && !name.startsWith('_'))
const modules = await Promise.all(files.map((name) => load(join(dir, name))))
const coldMs = performance.now() - start
for (const module of modules) check(module)

const path = join(dir, files[0] ?? '')
const text = readFileSync(path, 'utf8')
const reloadMs = []
for (let time = 0; time < (reload ? Number(reloads) : 0); time++) {
  writeFileSync(path, `${text}// ${time}\n`)
  const before = performance.now()
  check(await reload(path, time))
  reloadMs.push(performance.now() - before)
}
writeFileSync(path, text)
process.stdout.write(JSON.stringify({ coldMs, reloadMs }))

function check(module) {
  if (typeof module.default?.name !== 'string') throw new Error('a module does not say what it should')
}

/**
 * Node's own way to load TypeScript modules. Arguments: the folder, how many times to load one of them again after a change.
 * Writes `{ "coldMs": …, "reloadMs": […] }`.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [dir = '', reloads = ''] = process.argv.slice(2)

const start = performance.now()
const files = readdirSync(dir).filter((name) => name.endsWith('.ts') && !name.startsWith('_'))
const modules = await Promise.all(files.map((name) => import(pathToFileURL(join(dir, name)).href)))
const coldMs = performance.now() - start
if (modules.some((module) => typeof module.default.name !== 'string')) throw new Error('a module does not say what it should')

const path = join(dir, files[0] ?? '')
const text = readFileSync(path, 'utf8')
const reloadMs = []
for (let reload = 0; reload < Number(reloads); reload++) {
  writeFileSync(path, `${text}// ${reload}\n`)
  const before = performance.now()
  await import(`${pathToFileURL(path).href}?t=${reload}`)
  reloadMs.push(performance.now() - before)
}
writeFileSync(path, text)
process.stdout.write(JSON.stringify({ coldMs, reloadMs }))

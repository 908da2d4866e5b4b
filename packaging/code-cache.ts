/**
 * The last step of `npm run build`: what V8 compiles of the chunks that commands load which only look, for `bin/code-cache.js`. It fits the very
 * Node.js that made it, which is the one that a `.deb` brings. Run with fixed seeds, so that the same chunks give the same bytes.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { Script } from 'node:vm'
import { ROOT } from './script.ts'

interface CodeCache {
  readonly file: string
  readonly madeBy: string
  readonly wrap: (text: string) => string
}

const { file, madeBy, wrap } = createRequire(import.meta.url)('../bin/code-cache.js') as CodeCache

/** By their names without the hash: those that are loaded when they are needed, each with all that it needs itself. */
const NEEDED = ['cli', 'ahead', 'program', 'begin', 'plan', 'show-plan', 'pool', 'validate', 'status']

/** Whoever compiles text by themselves can have it import something only as an experiment of Node.js, which warns of it. Few do. */
const IMPORTS = /\bimport\(/

/** In bytes. */
const WORD = 8

const DIST = join(ROOT, 'dist')
const all = readdirSync(DIST).filter((name) => name.endsWith('.cjs'))

const names = [...closureOf(NEEDED.map(chunkOf))].filter((name) => !IMPORTS.test(textOf(name))).toSorted()
setFlagsFromString('--no-lazy') // all of each, not only what runs when it is loaded
const scripts = names.map((name) => {
  const filename = join(DIST, name)
  return new Script(wrap(textOf(name)), { filename })
})
// V8 takes only what was made with the flags that it has then: they are what they are by default again when it is written down.
for (const flag of ['--lazy', '--hash-seed=0', '--random-seed=0']) setFlagsFromString(flag)
const codes = scripts.map((script) => script.createCachedData())
const header = JSON.stringify({ madeBy, lengths: names.map((name, index) => [name, codes[index]?.length]) })
const words = Math.ceil((header.length + 1) / WORD) // V8 would copy what does not begin with one
writeFileSync(file, Buffer.concat([Buffer.from(`${header.padEnd(words * WORD - 1)}\n`), ...codes]))

function textOf(name: string): string {
  return readFileSync(join(DIST, name), 'utf8')
}

function chunkOf(name: string): string {
  const found = all.find((each) => each === `${name}.cjs` || (each.startsWith(`${name}-`) && each.length === name.length + 13))
  if (found === undefined) throw new Error(`there is no chunk ${name}`)
  return found
}

/** With all that is loaded with them. */
function closureOf(some: readonly string[]): ReadonlySet<string> {
  const met = new Set(some)
  for (const name of met)
    for (const [, next = ''] of textOf(name).matchAll(/^const [\w$]+ = require\("\.\/([^"]+)"\)/gm)) met.add(next)
  return met
}

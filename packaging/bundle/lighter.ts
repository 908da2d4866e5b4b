import { createRequire } from 'node:module'

/** A module that a library loads when it is loaded, for what aigw-sync never has it do. */
interface Needless {
  readonly importer: RegExp
  readonly specifier: string
  /** CommonJS that stands in for it. Left out: it throws when it is called. */
  readonly standIn?: string
  /** Bytes that it would hold as text are a file of this name beside the chunks. */
  readonly file?: string
}

interface Emitter {
  emitFile(file: { type: 'asset'; fileName: string; source: Uint8Array }): string
}

const UNDICI = /\/undici\/lib\/(?!mock|cache|interceptor)/

const NEEDLESS: readonly Needless[] = [
  // HTTP/2: the pool is told to speak HTTP/1.1.
  { importer: /\/undici\/lib\/dispatcher\/client\.js$/, specifier: './client-h2.js' },
  // Node's own HTTP, for how much may stand in headers (here as by default), and to know its streams, of which it gets none.
  {
    importer: UNDICI,
    specifier: 'node:http',
    standIn: 'module.exports = { maxHeaderSize: 16 * 1024, IncomingMessage: class {} }',
  },
  // Of what Node can assert, only that something holds.
  {
    importer: UNDICI,
    specifier: 'node:assert',
    standIn: `module.exports = function assert(holds, message = 'it does not hold') {
      if (!holds) throw message instanceof Error ? message : Object.assign(new Error(message), { code: 'ERR_ASSERTION' })
    }`,
  },
  // A second parser of HTTP/1.1, which answers to an environment variable: half of undici's code.
  {
    importer: /\/undici\/lib\/dispatcher\/client-h1\.js$/,
    specifier: './parser-h1.js',
    standIn: 'module.exports = { getMiloEnabled: () => false }',
  },
  // Forms, and all of `fetch` with them: what we send is text.
  { importer: /\/undici\/lib\/dispatcher\/client-h1\.js$/, specifier: '../web/fetch/body.js' },
  { importer: /\/undici\/lib\/core\/request\.js$/, specifier: '../web/fetch/formdata' },
  { importer: /\/undici\/lib\/core\/request\.js$/, specifier: '../web/webidl' },
  // The parser of HTTP/1.1: as text it is 40 % of what is to be read through, twice, for the sake of processors without SIMD.
  wasm('llhttp_simd'),
  wasm('llhttp'),
  // Commands that are executables of their own: there are none.
  { importer: /\/commander\/lib\/command\.js$/, specifier: 'node:child_process' },
  // Writing the log itself, or in a thread: it is handed a stream of ours.
  { importer: /\/pino\/pino\.js$/, specifier: './lib/transport' },
  { importer: /\/pino\/lib\/tools\.js$/, specifier: './transport' },
  { importer: /\/pino\/lib\/tools\.js$/, specifier: 'sonic-boom' },
  { importer: /\/pino\/lib\/tools\.js$/, specifier: 'on-exit-leak-free' },
]

function wasm(name: string): Needless {
  const file = `${name}.wasm`
  return {
    importer: /\/undici\/lib\/dispatcher\/client-h1\.js$/,
    specifier: `../llhttp/${name}-wasm.js`,
    standIn: `module.exports = require('node:fs').readFileSync(require('node:path').join(__dirname, '${file}'))`,
    file,
  }
}

const PREFIX = '\0needless:'

/** Leaves all that out of the bundle. Where a library no longer imports it the build fails. */
export function lighter() {
  const met = new Map<Needless, string>()
  return {
    name: 'lighter',
    resolveId: {
      order: 'pre' as const,
      handler(specifier: string, importer: string | undefined) {
        const index = NEEDLESS.findIndex(
          (one) => one.specifier === specifier && importer !== undefined && one.importer.test(importer),
        )
        const found = NEEDLESS[index]
        if (found === undefined || importer === undefined) return undefined
        met.set(found, importer)
        return `${PREFIX}${index}`
      },
    },
    load(id: string) {
      if (!id.startsWith(PREFIX)) return undefined
      const { specifier, standIn } = NEEDLESS[Number(id.slice(PREFIX.length))] as Needless
      return standIn ?? thrower(specifier)
    },
    buildEnd(failure?: Error) {
      if (failure !== undefined) return
      const gone = NEEDLESS.filter((one) => !met.has(one))
      if (gone.length > 0) throw new Error(`no longer imported: ${gone.map(({ specifier }) => specifier).join(', ')}`)
    },
    generateBundle(this: Emitter) {
      for (const [{ file, specifier }, importer] of met) {
        if (file === undefined) continue
        const source = createRequire(importer)(specifier) as Uint8Array
        this.emitFile({ type: 'asset', fileName: file, source })
      }
    },
  }
}

function thrower(specifier: string): string {
  const message = JSON.stringify(`${specifier} is no part of this build`)
  return `function needless() { throw new Error(${message}) }\nmodule.exports = Object.assign(needless, { spawn: needless })`
}

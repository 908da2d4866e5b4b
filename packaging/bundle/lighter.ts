/** A module that a library loads when it is loaded, for what aigw-sync never has it do. */
interface Needless {
  readonly importer: RegExp
  readonly specifier: string
  /** CommonJS that stands in for it. Left out: it throws when it is called. */
  readonly standIn?: string
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
  // Commands that are executables of their own: there are none.
  { importer: /\/commander\/lib\/command\.js$/, specifier: 'node:child_process' },
  // Writing the log itself, or in a thread: it is handed a stream of ours.
  { importer: /\/pino\/pino\.js$/, specifier: './lib/transport' },
  { importer: /\/pino\/lib\/tools\.js$/, specifier: './transport' },
  { importer: /\/pino\/lib\/tools\.js$/, specifier: 'sonic-boom' },
  { importer: /\/pino\/lib\/tools\.js$/, specifier: 'on-exit-leak-free' },
]

const PREFIX = '\0needless:'

/** Leaves all that out of the bundle. Where a library no longer imports it the build fails. */
export function lighter() {
  const met = new Set<Needless>()
  return {
    name: 'lighter',
    resolveId: {
      order: 'pre' as const,
      handler(specifier: string, importer: string | undefined) {
        const index = NEEDLESS.findIndex(
          (one) => one.specifier === specifier && importer !== undefined && one.importer.test(importer),
        )
        const found = NEEDLESS[index]
        if (found === undefined) return undefined
        met.add(found)
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
  }
}

function thrower(specifier: string): string {
  const message = JSON.stringify(`${specifier} is no part of this build`)
  return `function needless() { throw new Error(${message}) }\nmodule.exports = Object.assign(needless, { spawn: needless })`
}

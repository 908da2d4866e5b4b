import type { SecretReferences } from '../../model/secret-reference.ts'

/** Marks what `defineConfigs` made. Registered, and copied by a spread: `{ ...defineConfigs(a), ...defineConfigs(b) }` is several too. */
const SEVERAL = Symbol.for('aigw-sync.configurations')

/** Frozen, because all modules share it. */
const secret: SecretReferences = Object.freeze({
  env: (name: string) => Object.freeze({ $env: checked('env', 'the name of an environment variable', name) }),
  file: (path: string) => Object.freeze({ $file: checked('file', 'the path of a file', path) }),
  credential: (name: string) => Object.freeze({ $credential: checked('credential', 'the name of a systemd credential', name) }),
})

/** What `import … from 'aigw-sync'` gives in the evaluator: the runtime exports of the package, and no other. */
export const runtime = { defineConfig, defineConfigs, secret }

function defineConfig(configuration: unknown): unknown {
  return configuration
}

function defineConfigs(configurations: unknown): unknown {
  if (!isPlainObject(configurations)) {
    throw new TypeError('defineConfigs: expected an object with a configuration under each name')
  }
  return { ...configurations, [SEVERAL]: true }
}

/** A Map, or what is written under `__proto__`, would be spread into nothing at all, and declare that. */
function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

const EXAMPLES = { env: 'OPENAI_API_KEY', file: '/run/secrets/openai', credential: 'openai' } as const

/** Never shows what came: it may be the secret itself. `process.env` is nearly empty where modules run, so that `undefined` is likely. */
function checked(way: keyof typeof EXAMPLES, what: string, came: unknown): string {
  if (typeof came === 'string') return came
  const wayOut = `write secret.${way}('${EXAMPLES[way]}'); only the daemon reads what is there, no module does`
  throw new TypeError(`secret.${way}: expected ${what} as text, got ${kindOf(came)}: ${wayOut}`)
}

function kindOf(came: unknown): string {
  if (came === undefined || came === null) return String(came)
  if (Array.isArray(came)) return 'a list'
  return typeof came === 'object' ? 'an object' : `a ${typeof came}`
}

/** Takes the mark off. */
export function unmarked(value: unknown): { readonly value: unknown; readonly several: boolean } {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, SEVERAL)) return { value, several: false }
  const { [SEVERAL]: _mark, ...configurations } = value as Record<symbol, unknown>
  return { value: configurations, several: true }
}

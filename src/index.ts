import type { Declaration } from './model/configuration.ts'
import type { Exact, ExactByName } from './model/exact.ts'
import type { SecretReferences } from './model/secret-reference.ts'

export type * from './model/catalog.ts'
export type * from './model/configuration.ts'
export type * from './model/secret-reference.ts'

/** Marks several configurations by name. Registered, because the daemon and a module each have a copy of it; a spread keeps it. */
const SEVERAL = Symbol.for('aigw-sync.configurations')

/** One configuration: a module's default export. Its key is the module's path without extension. */
export function defineConfig<const Name extends string, const Description extends string = string>(
  declaration: Exact<Name, Description>,
): Declaration {
  return declaration
}

/**
 * Several configurations by name: `defineConfigs({ web: { … }, batch: { … } })`. Their keys are the module's path with `#web` and
 * `#batch`.
 */
export function defineConfigs<const Names, const Descriptions>(
  configurations: ExactByName<Names, Descriptions>,
): { readonly [Name in keyof Names]: Declaration } {
  return { ...(configurations as object), [SEVERAL]: true } as never
}

/**
 * Says where a secret is, without ever holding it: the value is read by the daemon when it applies the entry, and by no module.
 * What comes back is plain data. Whether there is such a place shows only then; each function throws a `TypeError` where it is not
 * given text.
 */
export const secret: SecretReferences = Object.freeze({
  env: (name: string) => Object.freeze({ $env: checked('env', 'the name of an environment variable', name) }),
  file: (path: string) => Object.freeze({ $file: checked('file', 'the path of a file', path) }),
  credential: (name: string) => Object.freeze({ $credential: checked('credential', 'the name of a systemd credential', name) }),
})

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

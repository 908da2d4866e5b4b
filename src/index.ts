import type { Declaration } from './model/configuration.ts'
import type { Exact, ExactByName } from './model/exact.ts'

export type * from './model/catalog.ts'
export type * from './model/configuration.ts'

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

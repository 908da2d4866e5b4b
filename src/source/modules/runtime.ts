/** Marks what `defineConfigs` made. Registered, and copied by a spread: `{ ...defineConfigs(a), ...defineConfigs(b) }` is several too. */
const SEVERAL = Symbol.for('aigw-sync.configurations')

/** What `import … from 'aigw-sync'` gives in the evaluator: the runtime exports of the package, and no other. */
export const runtime = { defineConfig, defineConfigs }

function defineConfig(configuration: unknown): unknown {
  return configuration
}

function defineConfigs(configurations: unknown): unknown {
  if (typeof configurations !== 'object' || configurations === null || Array.isArray(configurations)) {
    throw new TypeError('defineConfigs: expected an object with a configuration under each name')
  }
  return { ...configurations, [SEVERAL]: true }
}

/** Takes the mark off. */
export function unmarked(value: unknown): { readonly value: unknown; readonly several: boolean } {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, SEVERAL)) return { value, several: false }
  const { [SEVERAL]: _mark, ...configurations } = value as Record<symbol, unknown>
  return { value: configurations, several: true }
}

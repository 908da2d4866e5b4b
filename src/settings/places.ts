/** cosmiconfig's places for our name, in its order, and three more: `aigw-sync.config.{json,yaml,yml}`. The first one counts. */
export const PLACES: readonly string[] = [
  'package.json',
  ...named('.aigw-syncrc', ['', '.json', '.yaml', '.yml', '.js', '.ts', '.cjs', '.mjs']),
  ...named('.config/aigw-syncrc', ['', '.json', '.yaml', '.yml', '.js', '.ts', '.cjs', '.mjs']),
  ...named('aigw-sync.config', ['.js', '.ts', '.cjs', '.mjs', '.json', '.yaml', '.yml']),
]

function named(name: string, endings: readonly string[]): readonly string[] {
  return endings.map((ending) => name + ending)
}

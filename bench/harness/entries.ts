import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeMetadata, NONCE_LENGTH } from '../../src/model/stamp.ts'

const MODELS = ['openai/gpt-4o', 'anthropic/claude-sonnet-4-6']

/**
 * An entry module as people write them: typed, and with a helper that all share.
 * @param description as it stands in a template string of the module, where `team` is the name
 */
export function moduleText(name: string, description = 'What ${team} may use.'): string {
  return `import { defineConfig } from 'aigw-sync'
import { models } from './_limits.ts'

const team: string = ${JSON.stringify(name)}

export default defineConfig({
  name: team,
  description: \`${description}\`,
  access: { providers: { allow: ['openai', 'anthropic'] }, models: { allow: models } },
  router: { rules: [{ provider: 'openai', steps: [{ type: 'ngrok' }] }] },
})
`
}

/** The body that we post for such a module, if its name is its key. */
export function bodyText(name: string): string {
  return JSON.stringify({
    name,
    description: `What ${name} may use.`,
    metadata: encodeMetadata({ owner: 'default', key: name, nonce: 'n'.repeat(NONCE_LENGTH) }),
    access: { providers: { allow: ['openai', 'anthropic'] }, models: { allow: MODELS } },
    router: { rules: [{ provider: 'openai', steps: [{ type: 'ngrok' }] }] },
  })
}

/** `prefix-0`, `prefix-1`, … */
export function namesOf(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`)
}

/** Fills a folder with entry modules and the helper they share. */
export function writeModules(dir: string, names: readonly string[]): void {
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, '_limits.ts'), `export const models: readonly string[] = ${JSON.stringify(MODELS)}\n`)
  for (const name of names) writeFileSync(join(dir, `${name}.ts`), moduleText(name))
}

/** Fills a folder with bodies that are ready to be posted. */
export function writeBodies(dir: string, names: readonly string[]): void {
  mkdirSync(dir, { recursive: true })
  for (const name of names) writeFileSync(join(dir, `${name}.json`), bodyText(name))
}

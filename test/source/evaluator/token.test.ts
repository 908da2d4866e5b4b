import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { RANDOM } from '../../../src/source/evaluator/protocol.ts'

const ROOM = fileURLToPath(new URL('../../../src/source/evaluator', import.meta.url))

/** Two tokens of one process that may read these, with Node's modules that it had to load for them. */
function made(...readable: readonly string[]): { readonly tokens: readonly string[]; readonly crypto: boolean } {
  const script = `import { makeToken } from '${ROOM}/token.ts'
    const tokens = [makeToken(), makeToken()]
    console.log(JSON.stringify({ tokens, crypto: process.moduleLoadList.includes('NativeModule crypto') }))`
  const args = ['--permission', ...[ROOM, ...readable].map((path) => `--allow-fs-read=${path}`), '--no-warnings']
  const output = execFileSync(process.execPath, [...args, '--input-type=module', '--eval', script], { encoding: 'utf8' })
  return JSON.parse(output) as ReturnType<typeof made>
}

test.each([
  ['from the kernel, without the library that takes long to load', [RANDOM], false],
  ['from that library where the kernel cannot be asked', [], true],
])('the token of a child is another each time: %s', (_name, readable, crypto) => {
  const { tokens, ...rest } = made(...readable)
  expect(rest).toEqual({ crypto })
  expect(new Set(tokens).size).toBe(2)
  for (const token of tokens) expect(token).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/)
})

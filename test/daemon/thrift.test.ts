import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const THRIFT = fileURLToPath(new URL('../../src/daemon/thrift.ts', import.meta.url))

/** V8's mark of what its flags are, as a process of its own says it before, between and after calls. Flags are for all of a process. */
function marksOf(...calls: readonly string[]): readonly number[] {
  const program = `const { beThrifty } = await import(${JSON.stringify(THRIFT)})
const { cachedDataVersionTag } = await import('node:v8')
const marks = [cachedDataVersionTag()]
${calls.map((call) => `${call}; marks.push(cachedDataVersionTag())`).join('\n')}
console.log(JSON.stringify(marks))`
  const args = ['--no-warnings', '--input-type=module', '--eval', program]
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  expect(stderr, 'of a flag that it does not know V8 complains').toBe('')
  return JSON.parse(stdout) as readonly number[]
}

describe('thrift', () => {
  test('V8 knows each flag, and has it changed while the daemon lives, not at its end', () => {
    const [before, meanwhile, after] = marksOf('globalThis.spend = beThrifty()', 'globalThis.spend()')
    expect(meanwhile).not.toBe(before)
    expect(after).toBe(before)
  })

  test('a Node.js that nobody has looked at keeps its flags', () => {
    const [before, meanwhile] = marksOf("beThrifty('v99.0.0')")
    expect(meanwhile).toBe(before)
  })
})

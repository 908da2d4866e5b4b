import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { parseLockfile } from '../../src/lockfile/format.ts'
import { aFolder, valueOf } from './samples.ts'

const FIXTURE = new URL('fixtures/record-forever.ts', import.meta.url).pathname

test('killed at any moment, the lockfile is whole and has every entry whose record had resolved', async () => {
  const path = join(aFolder(), 'lock.json')
  const announced: string[] = []
  for (let round = 0; round < 20; round++) {
    announced.push(...(await recordUntilKilled(path, `r${round}`)))
    const { entries } = valueOf(parseLockfile(readFileSync(path, 'utf8')))
    expect(announced.filter((key) => !entries.has(key))).toEqual([])
  }
  expect(announced.length).toBeGreaterThan(100)
})

/** @returns what the child announced; killed at a random moment after it has announced some */
async function recordUntilKilled(path: string, prefix: string): Promise<string[]> {
  const child = spawn(process.execPath, ['--no-warnings', FIXTURE, path, prefix], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })
  const keys: string[] = []
  const enough = Promise.withResolvers<void>()
  lines.on('line', (key) => {
    if (keys.push(key) === 8) enough.resolve()
  })
  const ended = Promise.all([once(child, 'exit'), once(lines, 'close')])
  await Promise.race([enough.promise, ended])
  await setTimeout(Math.random() * 20)
  child.kill('SIGKILL')
  const [[, signal]] = await ended
  expect(signal).toBe('SIGKILL')
  return keys
}

/** What evaluating in the unit costs, beside a child process, in turn: `node test/system/systemd/cost.ts SOCKET`, as root or in its group. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SourceFile } from '../../../src/source/folder/file.ts'
import { type Loaded, openLoader } from '../../../src/source/modules/loader.ts'

const ROUNDS = 9
const [evaluatorSocket] = process.argv.slice(2)
const dir = mkdtempSync(join(tmpdir(), 'aigw-sync-cost-'))

function files(prefix: string, count: number, value: number): SourceFile[] {
  return Array.from({ length: count }, (_, n) => {
    const text = `export default { n: ${value} }`
    return { path: `${prefix}${n}.ts`, text, hash: `${value}` }
  })
}

/** @returns milliseconds: until the first module is evaluated, for one more, for a thousand more */
async function measure(socket: string | undefined): Promise<readonly number[]> {
  const start = performance.now()
  const limits = { dir, evaluationTimeoutMs: 60_000, evaluationMemoryMb: 256, evaluatorSocket: socket }
  const loader = openLoader(limits, () => {}, check)
  const timed = async (upserted: SourceFile[]) => {
    const from = performance.now()
    const { loaded } = await loader.update({ upserted, removed: [] }, () => true)
    loaded.forEach(check)
    await loader.settled()
    return performance.now() - from
  }
  await timed(files('first', 1, 0))
  const first = performance.now() - start
  const ones: number[] = []
  for (let n = 1; n <= 100; n += 1) ones.push(await timed(files('first', 1, n)))
  const thousand = await timed(files('more', 1000, 0))
  await loader.close()
  return [first, median(ones), thousand]
}

function check(loaded: Loaded): void {
  if (!loaded.ok) throw new Error(loaded.problems[0]?.msg)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

const [child, unit]: [(readonly number[])[], (readonly number[])[]] = [[], []]
for (let round = 0; round < ROUNDS; round += 1) {
  child.push(await measure(undefined))
  unit.push(await measure(evaluatorSocket))
}
for (const [index, what] of ['first module', 'one more', 'a thousand more'].entries()) {
  const [ours, theirs] = [child, unit].map((rounds) => median(rounds.map((round) => round[index] ?? Number.NaN)))
  console.log(`${what}: ${ours?.toFixed(2)} ms, ${theirs?.toFixed(2)} ms, ${((theirs ?? 0) / (ours ?? 1)).toFixed(2)} ×`)
}
rmSync(dir, { recursive: true })

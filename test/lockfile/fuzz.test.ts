/** Whatever is at a lockfile's path: it is read as it was written, set aside byte for byte, or left alone. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatLockfile } from '../../src/lockfile/format.ts'
import { openLockfileStore } from '../../src/lockfile/store.ts'
import { lockfile, text } from './arbitraries.ts'
import { aFolder, anEar, IDENTITY } from './samples.ts'

/** What befalls a file: cut short, a bit that flipped, a part that is there twice, something put in. */
const damage: fc.Arbitrary<(bytes: Buffer) => Buffer> = fc
  .tuple(
    fc.constantFrom('cut', 'flip', 'twice', 'insert', 'nest'),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.uint8Array({ maxLength: 20 }),
  )
  .map(([kind, where, extra]) => (bytes: Buffer) => {
    const at = Math.floor(where * bytes.length)
    const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)]
    if (kind === 'cut') return head
    if (kind === 'twice') return Buffer.concat([bytes.subarray(0, Math.min(bytes.length, at + 40)), tail])
    if (kind === 'insert') return Buffer.concat([head, extra, tail])
    if (kind === 'nest') return Buffer.concat([head, Buffer.from('['.repeat(50_000)), tail])
    const flipped = Buffer.from(bytes)
    if (at < bytes.length) flipped[at] = (bytes[at] ?? 0) ^ (1 << ((extra[0] ?? 0) % 8))
    return flipped
  })

const damaged = fc
  .tuple(lockfile, fc.array(damage, { minLength: 1, maxLength: 3 }))
  .map(([whole, all]) => all.reduce<Buffer>((bytes, harm) => harm(bytes), Buffer.from(formatLockfile({ ...whole, ...IDENTITY }))))

/** JSON of the right outline, with anything where a value belongs. */
const outline = fc
  .tuple(fc.dictionary(text, fc.jsonValue()), fc.jsonValue(), fc.jsonValue())
  .map(([entries, owner, version]) =>
    Buffer.from(JSON.stringify({ lockfileVersion: version, owner, apiUrl: IDENTITY.apiUrl, entries })),
  )

describe.each<[string, fc.Arbitrary<Uint8Array>]>([
  ['bytes of any kind', fc.uint8Array({ maxLength: 2_000 })],
  ['text of any kind', fc.string({ unit: 'binary' }).map((any) => Buffer.from(any))],
  ['JSON of any kind', fc.json().map((any) => Buffer.from(any))],
  ['JSON of its outline', outline],
  ['a lockfile that was damaged', damaged],
])('%s', (_name, arbitrary) => {
  test('at its path ends in a result, and no byte of it is lost', async () => {
    await fc.assert(
      fc.asyncProperty(arbitrary, async (content) => {
        const bytes = Buffer.from(content)
        const folder = aFolder()
        const path = join(folder, 'lock.json')
        writeFileSync(path, bytes)
        const opened = await openLockfileStore({ path, ...IDENTITY }, anEar().report)
        const files = readdirSync(folder)
        expect(files.map((file) => readFileSync(join(folder, file)).equals(bytes))).toContain(true)
        if (opened.isErr()) {
          expect(opened.error.type).toMatch(/^(?:newer-version|other-owner)$/)
          expect(files).toEqual(['lock.json'])
        } else if (opened.value.origin.type === 'found') {
          expect(files).toEqual(['lock.json'])
          expect(formatLockfile({ lockfileVersion: 1, ...IDENTITY, entries: opened.value.entries })).toBe(reformatted(bytes))
        } else {
          expect(opened.value.entries.size).toBe(0)
          expect(files).toEqual([expect.stringMatching(/^lock\.json\.aside-/)])
        }
      }),
      { numRuns: 150 },
    )
  })
})

/** Through `JSON.parse` alone, which knows nothing of lockfiles. */
function reformatted(bytes: Buffer): string {
  const { entries } = JSON.parse(new TextDecoder().decode(bytes)) as { entries: Record<string, never> }
  return formatLockfile({ lockfileVersion: 1, ...IDENTITY, entries: new Map(Object.entries(entries)) })
}

import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { formatLockfile, parseLockfile } from '../../src/lockfile/format.ts'
import { tracedCalls, UNTRACEABLE } from '../support/strace.ts'
import { type Course, filesOf, record, recordWithin } from './faults.ts'
import { aFolder, anEntry, IDENTITY, valueOf } from './samples.ts'

const WHY_NOT = UNTRACEABLE ? ` (skipped: ${UNTRACEABLE})` : ''

function aPath(): string {
  return join(aFolder(), 'lock.json')
}

function keysIn(path: string): string[] {
  return [...valueOf(parseLockfile(readFileSync(path, 'utf8'))).entries.keys()]
}

/** What the process told, in words. */
function story({ told }: Pick<Course, 'told'>): string {
  const words = told.map(({ event, errorCode, recorded, failed, code, keys, closed }) => {
    if (event !== undefined) return errorCode === undefined ? event : `${event} ${errorCode}`
    if (failed !== undefined) return `${failed} ${code} (on disk: ${keys?.join(' ')})`
    return recorded === undefined ? `closed: ${closed}` : recorded
  })
  return words.join(', ').replaceAll('lockfile.', '')
}

/** Which of the watched calls there were, in order. */
function calls({ log }: Course, names: RegExp): string {
  const all = tracedCalls(log).filter(({ call }) => names.test(call))
  const words = all.map(({ call, text }) => (text.includes('INJECTED') ? `${call} failed` : call))
  return words.join(', ').replaceAll(/renameat2?/g, 'rename')
}

/** A lockfile that a start finds. */
function aPathWith(content: string): string {
  const path = aPath()
  writeFileSync(path, content)
  return path
}

const GOOD = formatLockfile({ lockfileVersion: 1, ...IDENTITY, entries: new Map([['z', anEntry()]]) })

/** What a kernel calls it differs: `rename` or `renameat`. */
const RENAME = '/^rename'

/** Of two records the second fails, and closing makes up for it. */
describe.skipIf(UNTRACEABLE)(`a write that fails${WHY_NOT}`, () => {
  test.each([
    ['openat', 'EROFS'],
    ['openat', 'EACCES'],
    ['openat', 'EMFILE'],
    ['write', 'ENOSPC'],
    ['write', 'EDQUOT'],
    ['write', 'EIO'],
    ['fsync', 'EIO'],
    ['fsync', 'ENOSPC'],
    ['close', 'EIO'],
    ['close', 'EDQUOT'],
    [RENAME, 'EIO'],
    [RENAME, 'ENOSPC'],
    [RENAME, 'EROFS'],
  ])('at the %s of the temporary file with %s leaves the last good lockfile and nothing else', async (call, error) => {
    const path = aPath()
    const files = [filesOf(path).temporary]
    const course = await record(path, ['a', 'b'], { files, inject: [{ call, error, when: 2 }] })
    expect(story(course)).toBe(`written, a, failed ${error}, b ${error} (on disk: a), written, closed: true`)
    expect(course.told.find(({ failed }) => failed)?.files).toEqual(['lock.json'])
    expect(keysIn(path)).toEqual(['a', 'b'])
    expect(readdirSync(dirname(path))).toEqual(['lock.json'])
  })

  test('at the fsync is not followed by a rename, and the next one writes a new file', async () => {
    const path = aPath()
    const files = [filesOf(path).temporary]
    const course = await record(path, ['a', 'b'], { files, inject: [{ call: 'fsync', error: 'EIO', when: 2 }] })
    expect(calls(course, /^(?:write|fsync|rename)/)).toBe('write, fsync, rename, write, fsync failed, write, fsync, rename')
  })

  test.each([
    ['openat', 'EMFILE', 5],
    ['fsync', 'EIO', 4],
    ['close', 'EIO', 5],
  ])('at the %s of the folder with %s counts as unwritten, and the next one writes again', async (call, error, when) => {
    const path = aPath()
    const { temporary, folder } = filesOf(path) // in turn, after the folder was read
    const course = await record(path, ['a', 'b'], { files: [temporary, folder], inject: [{ call, error, when }] })
    expect(story(course)).toBe(`written, a, failed ${error}, b ${error} (on disk: a b), written, closed: true`)
    expect(calls(course, /^rename/)).toBe('rename, rename, rename')
    expect(readdirSync(dirname(path))).toEqual(['lock.json'])
  })

  test('and cannot even clear up keeps the lockfile, and the next one clears up', async () => {
    const path = aPath()
    const files = [filesOf(path).temporary]
    const inject = [
      { call: 'write', error: 'ENOSPC', when: 2 },
      { call: '/^unlink', error: 'EROFS', when: 1 },
    ]
    const { told } = await record(path, ['a', 'b'], { files, inject })
    const left = expect.stringMatching(/^\.lock\.json\.\d+\.tmp$/) as string
    expect(told.find(({ failed }) => failed)).toEqual({ failed: 'b', code: 'ENOSPC', keys: ['a'], files: [left, 'lock.json'] })
    expect(told.at(-1)).toEqual({ closed: true })
    expect(readdirSync(dirname(path))).toEqual(['lock.json'])
  })

  test('and fails for good is told each time, up to the last, and the process ends by itself', async () => {
    const path = aPath()
    const files = [filesOf(path).temporary]
    const course = await record(path, ['a', 'b', 'c'], { files, inject: [{ call: 'fsync', error: 'EIO', when: '2+' }] })
    expect(story(course)).toBe(
      'written, a, failed EIO, b EIO (on disk: a), failed EIO, c EIO (on disk: a), failed EIO, closed: EIO',
    )
    expect(course.ending).toBe(0)
    expect(keysIn(path)).toEqual(['a'])
  })
})

describe.skipIf(UNTRACEABLE)(`a start that fails${WHY_NOT}`, () => {
  test.each([
    ['lockfile', 'openat', 'EIO', 'unreadable'],
    ['lockfile', 'read', 'EIO', 'unreadable'],
    ['lockfile', 'close', 'EIO', 'unreadable'],
    ['folder', 'getdents64', 'EIO', 'unwritable'],
    ['lease', '/^link', 'ENOSPC', 'unusable'],
  ] as const)('at the %s (%s with %s) is refused, and the lockfile stays', async (place, call, code, type) => {
    const path = aPathWith(GOOD)
    const files = [filesOf(path)[place]]
    const { told } = await record(path, ['a'], { files, inject: [{ call, error: code, when: 1 }] })
    expect(told).toEqual([{ refused: expect.objectContaining({ type, code }) as object }])
    expect(readFileSync(path, 'utf8')).toBe(GOOD)
    expect(readdirSync(dirname(path))).toEqual(['lock.json'])
  })

  test('because the lease cannot be made durable is refused, and leaves nothing behind', async () => {
    const path = aPathWith(GOOD)
    const inject = [{ call: 'fsync', error: 'EIO', when: 1 }] as const
    const { told } = await record(path, ['a'], { calls: ['fsync'], inject })
    expect(told).toEqual([{ refused: expect.objectContaining({ type: 'unusable', code: 'EIO' }) as object }])
    expect(readdirSync(dirname(path))).toEqual(['lock.json'])
  })

  test('because a damaged lockfile cannot be set aside leaves it where it is', async () => {
    const path = aPathWith('{')
    const files = [filesOf(path).lockfile]
    const { told } = await record(path, ['a'], { files, inject: [{ call: RENAME, error: 'EROFS', when: 1 }] })
    expect(told).toEqual([{ refused: expect.objectContaining({ type: 'unwritable', code: 'EROFS' }) as object }])
    expect(readFileSync(path, 'utf8')).toBe('{')
    expect(readdirSync(dirname(path))).toEqual(['lock.json'])
  })
})

test('a limit on the size of files keeps the last good lockfile', async ({ skip }) => {
  if (spawnSync('prlimit', ['--version']).status !== 0) skip('prlimit is not installed')
  const path = aPath()
  const course = await recordWithin(20 * 1024, path, ['a', 'large'])
  expect(story(course)).toBe('written, a, failed EFBIG, large EFBIG (on disk: a), failed EFBIG, closed: EFBIG')
  expect(course.ending).toBe(0)
  expect(keysIn(path)).toEqual(['a'])
})

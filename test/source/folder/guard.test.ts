import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, lchownSync, lstatSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openGuard } from '../../../src/source/folder/guard.ts'
import { createScratch } from './recorder.ts'

/** Only root may give things away. */
const isRoot = process.getuid?.() === 0

const STRANGER = 12_345

const guard = openGuard(true)

/** A scratch folder by its real path: that of the system's temporary one may go through links. */
function createPlace() {
  const scratch = createScratch()
  const top = realpathSync(scratch.outside)
  const make = (name: string): string => {
    mkdirSync(join(top, name), { recursive: true })
    return join(top, name)
  }
  return { top, make, [Symbol.dispose]: () => scratch[Symbol.dispose]() }
}

const pathsOf = (dir: string) => guard.wayTo(dir).map(({ path }) => path)

describe('the way to a folder', () => {
  test('is safe below the system’s temporary folder, which everybody may write', () => {
    using place = createPlace()
    expect(guard.wayTo(place.make('a/b'))).toEqual([])
  })

  test('is told with each folder that somebody else may write, from the top', () => {
    using place = createPlace()
    const dir = place.make('a/b/c')
    chmodSync(dir, 0o775)
    chmodSync(join(place.top, 'a'), 0o777)
    expect(pathsOf(dir)).toEqual([join(place.top, 'a'), dir])
  })

  test('may pass through a folder of everybody with a sticky bit, and not end there', () => {
    using place = createPlace()
    const dir = place.make('a/b')
    chmodSync(join(place.top, 'a'), 0o1777)
    expect(pathsOf(dir)).toEqual([])
    expect(pathsOf(join(place.top, 'a'))).toEqual([join(place.top, 'a')])
  })

  test('is as safe as each folder that a link on it is in, and each that it leads through', () => {
    using place = createPlace()
    place.make('real/configs')
    const links = place.make('links')
    symlinkSync('../real', join(links, 'relative'))
    symlinkSync(join(links, 'relative'), join(place.top, 'absolute'))
    const dir = join(place.top, 'absolute/configs')
    expect(pathsOf(dir)).toEqual([])
    chmodSync(links, 0o775)
    expect(pathsOf(dir)).toEqual([links])
    chmodSync(links, 0o755)
    chmodSync(join(place.top, 'real'), 0o775)
    expect(pathsOf(dir)).toEqual([join(place.top, 'real')])
  })

  test('ends where a link says, also by way of what is above', () => {
    using place = createPlace()
    const dir = place.make('a/b/..')
    place.make('a/b')
    symlinkSync('a/b/..', join(place.top, 'link'))
    chmodSync(join(place.top, 'a'), 0o1777) // as a parent it would be safe
    expect(pathsOf(join(place.top, 'link'))).toEqual([dir])
  })

  test('that leads nowhere, or round in circles, is told as far as it goes', () => {
    using place = createPlace()
    const dir = place.make('a')
    chmodSync(dir, 0o775)
    expect(pathsOf(join(dir, 'nowhere/b'))).toEqual([dir])
    symlinkSync('loop', join(dir, 'loop'))
    expect(pathsOf(join(dir, 'loop'))).toEqual([dir])
  })

  test.skipIf(!isRoot)('is not safe through a folder or a link of another user', () => {
    using place = createPlace()
    const dir = place.make('a/b')
    symlinkSync('a', join(place.top, 'link'))
    lchownSync(join(place.top, 'link'), STRANGER, STRANGER)
    expect(pathsOf(join(place.top, 'link/b'))).toEqual([join(place.top, 'link')])
    chownSync(join(place.top, 'a'), STRANGER, STRANGER)
    expect(pathsOf(dir)).toEqual([join(place.top, 'a')])
  })

  test('is not asked about without strict permissions', () => {
    using place = createPlace()
    const dir = place.make('a')
    chmodSync(dir, 0o777)
    expect(openGuard(false).wayTo(dir)).toEqual([])
  })
})

const obey = (command: string | undefined) => execFileSync('sh', ['-c', command ?? 'false'])

describe('the command that is told', () => {
  test('mends a folder and its parents', () => {
    using place = createPlace()
    const dir = place.make("ada's `modules`/$HOME configs")
    chmodSync(dir, 0o777)
    chmodSync(join(dir, '..'), 0o775)
    expect(guard.wayTo(dir)).toHaveLength(2)
    for (const { command } of guard.wayTo(dir)) obey(command)
    expect(guard.wayTo(dir)).toEqual([])
  })

  test.skipIf(!isRoot)('mends what belongs to another user', () => {
    using place = createPlace()
    const dir = place.make('a/b')
    const file = join(dir, 'web.ts')
    symlinkSync('a', join(place.top, 'link'))
    writeFileSync(file, '')
    chmodSync(file, 0o666)
    for (const path of [join(place.top, 'a'), dir, file]) chownSync(path, STRANGER, STRANGER)
    lchownSync(join(place.top, 'link'), STRANGER, STRANGER)
    const through = join(place.top, 'link/b')
    for (const { command } of guard.wayTo(through)) obey(command)
    obey(guard.within(file, lstatSync(file, { bigint: true }))?.command)
    expect(guard.wayTo(through)).toEqual([])
    expect(guard.within(file, lstatSync(file, { bigint: true }))).toBeUndefined()
  })
})

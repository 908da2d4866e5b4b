import { readdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { describeOurselves } from '../../../src/lockfile/lease/holder.ts'
import { acquireLease, type Lease } from '../../../src/lockfile/lease/lease.ts'
import { PATIENCE } from '../../support/patience.ts'
import { aFolder, errorOf, valueOf } from '../samples.ts'
import { aContestant } from './children.ts'

afterEach(() => void vi.useRealTimers())

function aLockfile(): string {
  return join(aFolder(), 'lock.json')
}

async function acquire(lockfile: string): Promise<Lease> {
  return valueOf(await acquireLease(lockfile))
}

/** A lease of somebody elsewhere, last touched so many seconds ago. */
async function foreignLease(lockfile: string, secondsAgo: number): Promise<void> {
  const holder = { ...(await describeOurselves()), bootId: 'another', pid: 4711, host: 'elsewhere' }
  writeFileSync(`${lockfile}.lease`, JSON.stringify(holder))
  const then = new Date(Date.now() - secondsAgo * 1000)
  utimesSync(`${lockfile}.lease`, then, then)
}

/** The heartbeat's clock stands still until told; files are real. */
function stopTheClock(): void {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
}

describe('a lease', () => {
  test('is a file for our user alone that says who holds it', async () => {
    const lockfile = aLockfile()
    const lease = await acquire(lockfile)
    expect(statSync(`${lockfile}.lease`).mode & 0o777).toBe(0o600)
    expect(JSON.parse(readFileSync(`${lockfile}.lease`, 'utf8'))).toMatchObject({ pid: process.pid, host: hostname() })
    expect(readdirSync(join(lockfile, '..'))).toEqual(['lock.json.lease'])
    await lease.release()
    expect(readdirSync(join(lockfile, '..'))).toEqual([])
  })

  test('makes a missing folder', async () => {
    const lockfile = join(aFolder(), 'state/lock.json')
    await acquire(lockfile)
    expect(readdirSync(join(lockfile, '..'))).toEqual(['lock.json.lease'])
  })

  test('is held within one process, too, until it is released', async () => {
    const lockfile = aLockfile()
    const first = await acquire(lockfile)
    expect(errorOf(await acquireLease(lockfile))).toMatchObject({ type: 'held', pid: process.pid })
    await first.release()
    await acquire(lockfile)
  })

  test('is one for all the links to a lockfile', async () => {
    const lockfile = aLockfile()
    symlinkSync('lock.json', join(lockfile, '../link.json'))
    await acquire(lockfile)
    expect(errorOf(await acquireLease(join(lockfile, '../link.json')))).toMatchObject({ type: 'held' })
  })

  test('of another process names it', async () => {
    const lockfile = aLockfile()
    const other = await aContestant(lockfile)
    await other.acquire()
    const held = errorOf(await acquireLease(lockfile))
    expect(held).toEqual({
      type: 'held',
      pid: other.pid,
      host: hostname(),
      since: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    })
    expect(readdirSync(join(lockfile, '..'))).toEqual(['lock.json.lease'])
  })

  test('of a process that was killed is taken over at once', async () => {
    const lockfile = aLockfile()
    const other = await aContestant(lockfile)
    await other.acquire()
    await other.kill()
    await acquire(lockfile)
    expect(JSON.parse(readFileSync(`${lockfile}.lease`, 'utf8'))).toMatchObject({ pid: process.pid })
    expect(readdirSync(join(lockfile, '..'))).toEqual(['lock.json.lease'])
  })

  test('of somebody elsewhere is held while it is touched, and taken over a minute later', async () => {
    const lockfile = aLockfile()
    await foreignLease(lockfile, 50)
    expect(errorOf(await acquireLease(lockfile))).toMatchObject({ type: 'held', pid: 4711, host: 'elsewhere' })
    await foreignLease(lockfile, 61)
    await acquire(lockfile)
  })

  test('that is damaged and young is waited for, then refused with a way out', async () => {
    const lockfile = aLockfile()
    writeFileSync(`${lockfile}.lease`, 'rubbish')
    const error = errorOf(await acquireLease(lockfile))
    expect(error).toMatchObject({
      type: 'unusable',
      path: `${lockfile}.lease`,
      msg: expect.stringContaining('remove it') as string,
    })
  })

  test('that is damaged and old is taken over', async () => {
    const lockfile = aLockfile()
    writeFileSync(`${lockfile}.lease`, '')
    utimesSync(`${lockfile}.lease`, 0, 0)
    await acquire(lockfile)
  })

  test('in a folder that is a file cannot be had', async () => {
    const file = aLockfile()
    writeFileSync(file, '')
    expect(errorOf(await acquireLease(join(file, 'lock.json')))).toMatchObject({ type: 'unusable', code: 'ENOTDIR' })
  })
})

describe('releasing', () => {
  test("leaves another's lease alone", async () => {
    const lockfile = aLockfile()
    const lease = await acquire(lockfile)
    await foreignLease(lockfile, 0)
    expect((await lease.release()).isOk()).toBe(true)
    expect(JSON.parse(readFileSync(`${lockfile}.lease`, 'utf8'))).toMatchObject({ host: 'elsewhere' })
    expect(readdirSync(join(lockfile, '..'))).toEqual(['lock.json.lease'])
  })

  test('what is gone is no error', async () => {
    const lockfile = aLockfile()
    const lease = await acquire(lockfile)
    rmSync(`${lockfile}.lease`)
    expect((await lease.release()).isOk()).toBe(true)
    expect((await lease.release()).isOk()).toBe(true)
  })
})

describe('the heartbeat', () => {
  test('touches the lease every ten seconds', async () => {
    stopTheClock()
    const lockfile = aLockfile()
    await acquire(lockfile)
    utimesSync(`${lockfile}.lease`, 0, 0)
    vi.advanceTimersByTime(10_000)
    await expect.poll(() => Date.now() - statSync(`${lockfile}.lease`).mtimeMs, PATIENCE).toBeLessThan(30_000)
  })

  test('stops with the release', async () => {
    stopTheClock()
    await (await acquire(aLockfile())).release()
    expect(vi.getTimerCount()).toBe(0)
  })

  test("notices another's lease, and leaves it untouched", async () => {
    stopTheClock()
    const lockfile = aLockfile()
    const lease = await acquire(lockfile)
    await foreignLease(lockfile, 40)
    const { mtimeMs } = statSync(`${lockfile}.lease`)
    vi.advanceTimersByTime(10_000)
    expect((await lease.lost).by).toMatchObject({ pid: 4711, host: 'elsewhere' })
    expect(statSync(`${lockfile}.lease`).mtimeMs).toBe(mtimeMs)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('notices that the lease is gone', async () => {
    stopTheClock()
    const lockfile = aLockfile()
    const lease = await acquire(lockfile)
    rmSync(`${lockfile}.lease`)
    vi.advanceTimersByTime(10_000)
    expect(await lease.lost).toEqual({})
  })
})

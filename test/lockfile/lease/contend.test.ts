import { createHash } from 'node:crypto'
import { linkSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { describeOurselves } from '../../../src/lockfile/lease/holder.ts'
import { aFolder } from '../samples.ts'
import { aContestant, type Answer, type Contestant } from './children.ts'

const ROUNDS = 30

interface Arena {
  readonly lease: string
  readonly crowd: readonly Contestant[]
  /** The text of a lease whose holder is dead; each is another one. */
  deadLease(): Promise<string>
}

async function anArena(size = 8): Promise<Arena> {
  const lockfile = join(aFolder(), 'lock.json')
  const [dead, ...crowd] = await Promise.all(Array.from({ length: size + 1 }, () => aContestant(lockfile)))
  await dead!.kill()
  const deadLease = async (): Promise<string> => JSON.stringify({ ...(await describeOurselves()), pid: dead!.pid })
  return { lease: `${lockfile}.lease`, crowd, deadLease }
}

/** The name of the claim on a lease, or at the end of a chain of claims, as it is in the file system. */
function claimOn(lease: string, chain: string): string {
  return `${lease}.${createHash('sha256').update(chain).digest('hex').slice(0, 32)}.claim`
}

/** All at once for the lease. @returns the one who has it, after checking that everybody knows */
async function compete({ lease, crowd }: Arena): Promise<Contestant> {
  const answers: Answer[] = await Promise.all(crowd.map((contestant) => contestant.acquire()))
  const winners = crowd.filter((_, place) => answers[place]?.won)
  expect(winners.map(({ pid }) => pid)).toEqual([JSON.parse(readFileSync(lease, 'utf8')).pid])
  const winner = winners[0]!
  const told = answers.filter(({ won }) => !won)
  expect(told).toEqual(told.map(() => ({ held: winner.pid })))
  expect(readdirSync(dirname(lease))).toEqual(['lock.json.lease'])
  return winner
}

test('of many who find no lease, one has it', async () => {
  const arena = await anArena()
  for (let round = 0; round < ROUNDS; round++) await (await compete(arena)).release()
  expect(readdirSync(dirname(arena.lease))).toEqual([])
})

test('of many who find a dead holder, one takes over', async () => {
  const arena = await anArena()
  for (let round = 0; round < ROUNDS; round++) {
    writeFileSync(arena.lease, await arena.deadLease())
    await (await compete(arena)).release()
  }
})

test('of many who find a dead holder and a chain of dead claims, one takes over and clears them away', async () => {
  const arena = await anArena()
  for (let round = 0; round < ROUNDS; round++) {
    let chain = await arena.deadLease()
    writeFileSync(arena.lease, chain)
    for (let claims = 0; claims < 2; claims++) {
      const next = await arena.deadLease()
      writeFileSync(claimOn(arena.lease, chain), next)
      chain += next
    }
    await (await compete(arena)).release()
  }
})

test('of many who find a holder that died while letting go, one takes over and clears its claim away', async () => {
  const arena = await anArena(4)
  for (let round = 0; round < ROUNDS; round++) {
    const text = await arena.deadLease()
    writeFileSync(arena.lease, text)
    linkSync(arena.lease, claimOn(arena.lease, text))
    await (await compete(arena)).release()
  }
})

test('of many who come while the holder lets go, one at most has it, and somebody can have it afterwards', async () => {
  const arena = await anArena(4)
  for (let round = 0; round < ROUNDS; round++) {
    const [first, ...others] = arena.crowd
    expect(await first!.acquire()).toEqual({ won: true })
    const [, ...answers] = await Promise.all([first!.release(), ...others.map((contestant) => contestant.acquire())])
    const winners = others.filter((_, place) => answers[place]?.won)
    expect(winners.length).toBeLessThanOrEqual(1)
    const last = winners[0] ?? first!
    if (winners.length === 0) expect(await last.acquire()).toEqual({ won: true })
    expect(JSON.parse(readFileSync(arena.lease, 'utf8')).pid).toBe(last.pid)
    await last.release()
  }
})

test('who is killed while taking over leaves nothing that keeps the next from it', async () => {
  const lockfile = join(aFolder(), 'lock.json')
  const survivor = await aContestant(lockfile)
  for (let round = 0; round < 12; round++) {
    const victim = await aContestant(lockfile)
    void victim.acquire()
    await setTimeout(Math.random() * 8)
    await victim.kill()
    expect(await survivor.acquire()).toEqual({ won: true })
    await survivor.release()
  }
})

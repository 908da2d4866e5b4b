import { describe, expect, test, vi } from 'vitest'
import type { Rules } from '../../../../src/plan/world.ts'
import { OWNER } from '../../../support/states.ts'
import { useModelTime } from '../../model/harness.ts'
import { act, furnish } from './act.ts'
import type { Command, HumanAct } from './commands.ts'
import { comeToRest, judgeRest } from './rest.ts'
import { KeySim, VALUES } from './sim.ts'

useModelTime()

interface Case {
  /** What is there, applied and at rest. */
  readonly before: readonly Command[]
  /** What happens then; what follows from it is killed. */
  readonly change: readonly Command[]
  readonly rules?: Partial<Rules>
  /** At least so many kill points: before and after each call takes effect, and after each answer. */
  readonly points: number
  /** Every provider key of ours in the end, as `name: value`. */
  readonly end: readonly string[]
  /** Only the lockfile tells: where that is lost as well, it is a person's to decide. */
  readonly needsLockfile?: true
}

const SYNC = { policy: 'sync', deleteMaxPercent: 100 } as const
const ONE = { name: 'one', place: 'A' }
const TWO = { name: 'two', place: 'B' }
const put = (entry: string, ...keys: readonly (typeof ONE)[]): Command => ({ do: 'put', entry, keys })
const remove = (entry: string): Command => ({ do: 'remove', entry })
const secret = (place: string, which: number): Command => ({ do: 'secret', place, which, isTold: true })
const human = (what: HumanAct, nth = 0, choice = 0): Command => ({ do: 'human', what, nth, choice })
const resync: Command = { do: 'resync' }
const past = (seconds: number): Command => ({ do: 'pass', seconds })
const settle: Command = { do: 'settle' }
const lose: Command = { do: 'lose', isCarriedOut: true }

const [A, B, , OTHER] = VALUES

const cases: Record<string, Case> = {
  'an entry and its key': { before: [], change: [put('a.ts', ONE)], points: 8, end: [`one: ${A}`] },
  'two entries that share a key, and one of their own': {
    before: [],
    change: [put('a.ts', ONE), put('b.ts', ONE, TWO)],
    points: 12,
    end: [`one: ${A}`, `two: ${B}`],
  },
  'a key for an entry that is there': {
    before: [put('a.ts')],
    change: [put('a.ts', ONE)],
    points: 8,
    end: [`one: ${A}`],
  },
  'a key whose answer is lost': {
    before: [],
    change: [{ do: 'fates', fates: ['done-but-lost'] }, put('a.ts', ONE)],
    points: 9,
    end: [`one: ${A}`],
  },
  'a rotation': {
    before: [put('a.ts', ONE), put('b.ts', ONE)],
    change: [secret('A', 3)],
    points: 8,
    end: [`one: ${OTHER}`],
  },
  'a rotation whose answer is lost': {
    before: [put('a.ts', ONE)],
    change: [{ do: 'fates', fates: ['done', 'done-but-lost'] }, secret('A', 3)],
    points: 10,
    end: [`one: ${OTHER}`],
  },
  'a rotation that is taken back': {
    before: [put('a.ts', ONE)],
    change: [secret('A', 3), { do: 'run', steps: 4 }, secret('A', 0)],
    points: 6,
    end: [`one: ${A}`],
    needsLockfile: true,
  },
  'a stamp that comes back': {
    before: [put('a.ts', ONE), settle, human('unstamp')],
    change: [resync],
    points: 8,
    end: [`one: ${A}`],
    needsLockfile: true,
  },
  'a name that comes back': {
    before: [put('a.ts', ONE), settle, human('rename')],
    change: [resync],
    points: 8,
    end: [`one: ${A}`],
  },
  'a value that somebody swapped, and a stamp that comes back': {
    before: [put('a.ts', ONE), settle, human('swap', 0, 3), human('unstamp')],
    change: [resync],
    points: 8,
    end: [`one: ${OTHER}`],
    needsLockfile: true,
  },
  'a key that no entry declares any more': {
    before: [put('a.ts', ONE)],
    change: [put('a.ts'), { do: 'run', steps: 20 }, past(40), resync],
    rules: SYNC,
    points: 10,
    end: [],
  },
  'a key whose entry is gone': {
    before: [put('a.ts', ONE), put('b.ts', TWO)],
    change: [remove('a.ts'), past(40), resync],
    rules: SYNC,
    points: 12,
    end: [`two: ${B}`],
    needsLockfile: true,
  },
  'a key that is given up for another': {
    before: [put('a.ts', ONE)],
    change: [put('a.ts', TWO), { do: 'run', steps: 20 }, past(40), resync],
    rules: SYNC,
    points: 10,
    end: [`two: ${B}`],
  },
  'a lost attempt': {
    before: [{ do: 'fates', fates: [{ late: 1 }] }, put('a.ts', ONE)],
    change: [resync],
    points: 8,
    end: [`one: ${A}`],
  },
  'a lockfile that is rebuilt': { before: [put('a.ts', ONE), put('b.ts', ONE)], change: [lose], points: 6, end: [`one: ${A}`] },
}

const ends = {
  'what is under way did not happen': (sim: KeySim) => sim.crash(false),
  'what is under way happened': (sim: KeySim) => sim.crash(true),
  'the lockfile is lost as well': (sim: KeySim) => act(sim, lose),
}

describe.each(Object.keys(ends))('killed at every step, where %s', (how) => {
  test.each(Object.keys(cases))('%s converges', async (what) => {
    const given = cases[what] as Case
    let points = 0
    for (let isOver = false; !isOver; points++) {
      const sim = await applied(given)
      for (const command of given.change) await act(sim, command)
      isOver = (await sim.run(points)) < points
      await ends[how as keyof typeof ends](sim)
      sim.line.log.push(`killed after ${points} steps`)
      judgeRest(sim, await comeToRest(sim))
      if (!given.needsLockfile || how !== 'the lockfile is lost as well') expect(ours(sim)).toEqual(given.end)
      sim.daemon?.reconciler.stop()
      vi.clearAllTimers()
    }
    console.warn(`kill points of ${what}: ${points}`)
    expect(points).toBeGreaterThanOrEqual(given.points)
  })
})

async function applied({ before, rules = {} }: Case): Promise<KeySim> {
  const sim = new KeySim(rules)
  furnish(sim)
  sim.start()
  await sim.settle()
  for (const command of before) await act(sim, command)
  await sim.settle()
  return sim
}

function ours({ keys }: KeySim): readonly string[] {
  const all = keys.all.flatMap(({ id, stamp }) => (stamp?.owner === OWNER ? [`${stamp.key}: ${keys.valueOf(id)}`] : []))
  return all.toSorted()
}

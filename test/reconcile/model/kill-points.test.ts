import { describe, expect, test, vi } from 'vitest'
import type { Rules } from '../../../src/plan/world.ts'
import { OWNER } from '../../support/states.ts'
import { act, furnish } from './act.ts'
import type { Command, HumanAct } from './commands.ts'
import { useModelTime } from './harness.ts'
import { comeToRest } from './quiet.ts'
import { judgeRest } from './rest.ts'
import { Sim } from './sim.ts'

useModelTime()

interface Case {
  /** What is there, applied and at rest. */
  readonly before: readonly Command[]
  /** What happens then; what follows from it is killed. */
  readonly change: readonly Command[]
  readonly rules?: Partial<Rules>
  /** At least so many kill points: before and after each call takes effect, and after each answer. */
  readonly points: number
  /** Everything of ours in the end, as `key: name`. */
  readonly end?: readonly string[]
}

const SYNC = { policy: 'sync', deleteMaxPercent: 100 } as const
const put = (path: string, content: number): Command => ({ do: 'put', path, content })
const remove = (path: string): Command => ({ do: 'remove', path })
const human = (what: HumanAct, nth: number, choice: number): Command => ({ do: 'human', what, nth, choice })
const resync: Command = { do: 'resync' }
const past = (seconds: number): Command => ({ do: 'pass', seconds })
const lose: Command = { do: 'lose', isCarriedOut: true }

/** The first two that are stored are theirs and nobody's. */
const OURS = 2
const [NARROW, WIDE, NONE] = [0, 3, 4]

const cases: Record<string, Case> = {
  'two creates': { before: [], change: [put('a.ts', NARROW), put('c.ts', WIDE)], points: 8, end: ['a: a', 'c: c'] },
  'an adoption': { before: [], change: [{ do: 'adopt', path: 'a.ts', nth: 0, content: NARROW }], points: 12, end: ['a: a'] },
  // Killed between its stamp and the rest, it is held: the lockfile does not know it, and a person may have closed it since.
  'an adoption that opens': { before: [], change: [{ do: 'adopt', path: 'a.ts', nth: 0, content: WIDE }], points: 12 },
  'an edit': { before: [put('a.ts', NARROW)], change: [put('a.ts', WIDE)], points: 6, end: ['a: a'] },
  'a move': {
    before: [put('a.ts', NARROW)],
    change: [{ do: 'rename', from: 'a.ts', to: 'd.ts', isSaid: false }],
    points: 6,
    end: ['d: a'],
  },
  'a move with an edit': {
    before: [put('a.ts', NARROW)],
    change: [{ do: 'rename', from: 'a.ts', to: 'd.ts', isSaid: true, content: WIDE }],
    points: 6,
    end: ['d: a'],
  },
  'a move of what a person closed': {
    before: [put('a.ts', WIDE), { do: 'settle' }, human('access', OURS, NONE)],
    change: [{ do: 'rename', from: 'a.ts', to: 'd.ts', isSaid: true }],
    points: 6,
    end: ['d: a'],
  },
  'a deletion': {
    before: [put('a.ts', NARROW), put('c.ts', NARROW)],
    change: [remove('a.ts'), past(40), resync],
    rules: SYNC,
    points: 12,
    end: ['c: c'],
  },
  'a deletion of what is in use': {
    before: [put('a.ts', NARROW), { do: 'settle' }, human('attach', OURS, 0)],
    change: [remove('a.ts'), past(40), resync],
    rules: SYNC,
    points: 8,
    end: ['a: a'],
  },
  'a deletion of a lost attempt': {
    before: [{ do: 'fates', fates: [{ late: 1 }] }, put('a.ts', NARROW)],
    change: [resync],
    points: 12,
    end: ['a: a'],
  },
  'a deletion of the older of two, since the younger is in use': {
    before: [{ do: 'fates', fates: [{ late: 1 }] }, put('a.ts', NARROW), { do: 'settle' }, human('attach', OURS + 1, 0)],
    change: [resync],
    points: 12,
    end: ['a: a'],
  },
  'a record of what is held': {
    before: [put('a.ts', WIDE), { do: 'settle' }, human('access', OURS, NONE)],
    change: [lose],
    points: 4,
    end: ['a: a'],
  },
  'forgetting what a person deleted': {
    before: [put('a.ts', NARROW), { do: 'settle' }, human('delete', OURS, 0)],
    change: [remove('a.ts'), resync],
    points: 6,
    end: [],
  },
  'a create of what a person deleted': {
    before: [put('a.ts', NARROW), { do: 'settle' }, human('delete', OURS, 0)],
    change: [resync],
    points: 8,
    end: ['a: a'],
  },
  'a correction of drift': {
    before: [put('a.ts', NARROW), { do: 'settle' }, human('access', OURS, WIDE)],
    change: [resync],
    points: 8,
    end: ['a: a'],
  },
  'a stamp that comes back': {
    before: [put('a.ts', NARROW), { do: 'settle' }, human('unstamp', OURS, 0)],
    change: [resync],
    points: 8,
    end: ['a: a'],
  },
  'a lockfile that is rebuilt': {
    before: [put('a.ts', NARROW), put('c.ts', WIDE)],
    change: [lose],
    points: 6,
    end: ['a: a', 'c: c'],
  },
  'a create whose answer is lost': {
    before: [],
    change: [{ do: 'fates', fates: ['done-but-lost'] }, put('a.ts', NARROW)],
    points: 7,
    end: ['a: a'],
  },
}

const ends = {
  'what is under way did not happen': (sim: Sim) => sim.crash(false),
  'what is under way happened': (sim: Sim) => sim.crash(true),
  'the lockfile is lost as well': (sim: Sim) => act(sim, lose),
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
      if (given.end && how !== 'the lockfile is lost as well') expect(ours(sim)).toEqual(given.end)
      vi.clearAllTimers()
    }
    console.warn(`kill points of ${what}: ${points}`)
    expect(points).toBeGreaterThanOrEqual(given.points)
  })
})

async function applied({ before, rules = {} }: Case): Promise<Sim> {
  const sim = new Sim({ rules, spelling: 'normal' })
  furnish(sim)
  sim.start()
  await sim.settle()
  for (const command of before) await act(sim, command)
  await sim.settle()
  return sim
}

function ours({ account }: Sim): readonly string[] {
  return account.all.flatMap(({ name, stamp }) => (stamp?.owner === OWNER ? [`${stamp.key}: ${name}`] : []))
}

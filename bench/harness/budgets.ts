/** What the design promises, in its order and its words, and how many bounds that comes to: a verdict wants all of them measured. */
export const BUDGETS = {
  save: {
    what: 'file saved → POST leaves, warm, 1 file among 1,000',
    hold: '≤ 1.5 × (settle time + 4 ms); 7 times ahead of `inotifywait` and `curl` with no settle time',
    bounds: 3,
  },
  helper: { what: 'shared helper saved → 10 POSTs', hold: '≤ settle + 25 ms', bounds: 2 },
  load: { what: 'cold load of 1,000 modules', hold: '≤ 0.6 × native `import()` of the same', bounds: 1 },
  creates: {
    what: '1,000 creates, whole process, no rate budget',
    hold: '5 times ahead of alchemy; ≥ 0.5 × the bare undici Pool at the same concurrency',
    bounds: 2,
  },
  nothing: {
    what: 'nothing to do, 10,000 entries',
    hold: 'warm ≤ 110 ms; cold ≤ 1.3 × the load; ahead of Terraform at 5,000 by 8 times or more',
    bounds: 3,
  },
  change: { what: 'one change among 10,000', hold: 'within 1.5 × of one among 10', bounds: 2 },
  requests: { what: 'requests for nothing to do', hold: 'one list page per 100 entries a resync, none in between', bounds: 2 },
  start: { what: 'start to `--help`, and to `plan` of one entry', hold: '≤ 1.7 × and ≤ 4 × `node -e 0`', bounds: 2 },
  memory: { what: 'memory', hold: '≤ 90 MB at 1,000 entries, ≤ 250 MB at 10,000; flat over 10,000 reloads', bounds: 6 },
  lockfile: { what: 'lockfile', hold: 'one atomic replacement a group of writes; never one per entry', bounds: 1 },
} as const

export type BudgetName = keyof typeof BUDGETS

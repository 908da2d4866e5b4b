/** Lets everything come to rest, and judges what is there then. */
import type { ObservedProviderKey } from '../../../../src/model/provider-key.ts'
import type { Change } from '../../../../src/plan/change.ts'
import type { KeyChange } from '../../../../src/plan/key-change.ts'
import { idIn } from '../../../../src/plan/keys/records.ts'
import { computePlan } from '../../../../src/plan/plan.ts'
import { isKeyWrite, isWrite } from '../../../../src/plan/work.ts'
import { OWNER } from '../../../support/states.ts'
import { declaredValue, placesOf } from './declared.ts'
import { isOurs } from './ledger.ts'
import type { KeyProcess } from './process.ts'
import { type KeySim, NAMES } from './sim.ts'

/** Longer than the longest wait and the grace. */
const LONG_MS = 400_000

/** A round each for what came late, what that leaves behind, what waits for its grace; and some to spare. */
const MOST_ROUNDS = 12

/** Nothing goes wrong any more, and everything has its time. */
export async function comeToRest(sim: KeySim): Promise<KeyProcess> {
  sim.fates = []
  sim.disk.fates = []
  sim.line.flushLate()
  sim.start()
  sim.write((folder) => {
    folder.broken.clear()
    folder.isComplete = true
  })
  await sim.settle()
  sim.line.flushLate()
  const { daemon } = sim
  if (!daemon) throw new Error('Expected the daemon to run')
  for (let round = 1, calm = 0; calm < 2; round++) {
    if (round > MOST_ROUNDS) throw new Error(`Expected an end after ${MOST_ROUNDS} resyncs\n${sim.story}`)
    sim.line.log.push(`quiet: round ${round}`)
    const before = fingerprint(sim)
    await sim.pass(LONG_MS)
    await sim.settle()
    forgive(daemon)
    daemon.resync()
    await sim.settle()
    calm = fingerprint(sim) === before ? calm + 1 : 0
  }
  return daemon
}

/** What failed for good is tried again when its file is saved. */
function forgive({ reconciler }: KeyProcess): void {
  const failed = [...reconciler.troubled].flatMap(([key, { permanent }]) => (permanent ? [key] : []))
  const keys = reconciler.troubledKeys.size > 0 ? reconciler.world.desired.entries.keys() : failed
  reconciler.change(new Set(keys))
}

function fingerprint({ account, keys, disk }: KeySim): string {
  const records = [...disk.durable].map(([key, { id, digest, secrets }]) => [key, id, digest, secrets])
  return JSON.stringify([account.all, keys.all, keys.all.map(({ id }) => keys.valueOf(id)), records])
}

/** @throws what does not hold */
export function judgeRest(sim: KeySim, process: KeyProcess): void {
  const judge = new Judge(sim, process)
  judge.work()
  for (const name of NAMES) judge.one(name)
  for (const key of process.view.desired.entries.keys()) judge.entry(key)
  judge.others()
}

function isLeftAlone(change: Change): boolean {
  return change.kind === 'conflict' || ('withheld' in change && change.withheld !== undefined)
}

class Judge {
  readonly #sim: KeySim
  readonly #process: KeyProcess
  readonly #plan

  constructor(sim: KeySim, process: KeyProcess) {
    this.#sim = sim
    this.#process = process
    this.#plan = computePlan(process.reconciler.world)
  }

  work(): void {
    const { reconciler, store } = this.#process
    const { keys, disk } = this.#sim
    // Where none is needed, and none of ours was seen, nobody looks again.
    for (const key of this.#isLookedAt ? keys.all : []) {
      const seen = reconciler.world.providerKeys.byId(key.id)
      this.#demand(JSON.stringify(seen) === JSON.stringify(key), `${key.id} is seen as it is`)
    }
    this.#demand(JSON.stringify([...store.entries]) === JSON.stringify([...disk.durable]), 'everything is on disk')
    for (const id of reconciler.troubledKeys.keys())
      this.#demand(this.#isStuck(id.replace('openai\n', '')), `${id} does not fail`)
    for (const change of this.#plan.changes) this.#demand(!isWrite(change), `nothing is left to do about ${change.key}`, change)
    const open = this.#plan.providerKeys.filter(isKeyWrite)
    // One is made with an entry that needs it, which may be left as it is, or in conflict over another.
    const isLeft = (change: KeyChange) =>
      change.kind === 'create' &&
      change.entries.every((key) => this.#plan.changes.some((each) => each.key === key && isLeftAlone(each)))
    for (const change of open)
      this.#demand(isLeft(change) || this.#isStuck(change.name), `nothing is left to do about ${change.name}`, change)
  }

  /** Its deletion was refused for good, and there is no declaration that could be mended. */
  #isStuck(name: string): boolean {
    const { troubledKeys } = this.#process.reconciler
    return placesOf(this.#sim, name).size === 0 && troubledKeys.get(`openai\n${name}`)?.permanent === true
  }

  get #isLookedAt(): boolean {
    const { view, reconciler } = this.#process
    return view.desired.managed.size > 0 || [...reconciler.world.providerKeys.owned()].length > 0
  }

  /** For a declared one without conflict exactly one is there, with the declared value; none is left of an undeclared one. */
  one(name: string): void {
    const ours = this.#sim.keys.all.filter((key) => isOurs(key, name))
    const changes = this.#plan.providerKeys.filter((change) => change.name === name)
    const places = placesOf(this.#sim, name)
    if (places.size === 0) return this.#undeclared(name, ours, changes)
    const declared = declaredValue(this.#sim, name)
    const change = changes.find(({ kind }) => kind !== 'delete' && kind !== 'orphan')
    if (!change) return this.#demand(this.#isConflict(name, ours) || !declared, `${name} is in conflict for a reason`)
    if (change.kind === 'create') return // judged by whether anything is left to do
    const id = 'id' in change ? change.id : ''
    const isBare = change.kind === 'update'
    this.#demand(isBare || (ours.length === 1 && ours[0]?.id === id), `there is one ${name}`, change)
    if (change.kind === 'noop') {
      const isSame = this.#sim.keys.valueOf(id) === declared?.value
      const isUnclear = declared?.seal.compare(this.#sim.keys.get(id)?.keyRedacted ?? '') !== 'other'
      this.#demand(isSame || (isUnclear && this.#sim.ledger.touched.has(id)), `${name} has the declared value`, change)
      return
    }
    this.#demand('withheld' in change && change.withheld, `${name} is as declared, or left`, change)
    this.#withheld(change, name)
  }

  #withheld(change: KeyChange, name: string): void {
    const { rules, ledger } = this.#sim
    const withheld = 'withheld' in change ? change.withheld : undefined
    const id = 'id' in change ? change.id : ''
    if (withheld === 'policy') this.#demand(rules.policy === 'create-only', `${name} is left by policy`, change)
    if (withheld === 'report') this.#demand(rules.drift === 'report', `${name} is only reported`, change)
    if (withheld === 'hold') this.#demand(rules.drift === 'correct', `${name} is held`, change)
    if (withheld === 'policy') return
    const isDoubtful = ledger.touched.has(id) || ledger.isForgetful
    this.#demand(isDoubtful, `somebody else changed ${name}`, change)
    const told = this.#process.events.findLast((event) => event.event === 'provider-key.drifted' && event.id === id)
    this.#demand(told && 'action' in told && told.action === withheld, `that ${name} is left was told`, change)
  }

  #isConflict(name: string, ours: readonly ObservedProviderKey[]): boolean {
    const { keys, account } = this.#sim
    if (placesOf(this.#sim, name).size > 1) return true
    const isUsed = ({ id }: ObservedProviderKey) => account.all.some(({ router }) => JSON.stringify(router ?? {}).includes(id))
    const isCopied = new Set(ours.map(({ stamp }) => stamp?.nonce)).size < ours.length
    if (ours.length > 1) return isCopied || ours.filter(isUsed).length > 1
    return (
      (ours.length === 0 && keys.all.some((key) => key.name === name && key.stamp?.key !== name)) ||
      (ours.length === 0 && keys.all.some((key) => key.name === name))
    )
  }

  #undeclared(name: string, ours: readonly ObservedProviderKey[], changes: readonly KeyChange[]): void {
    if (this.#isStuck(name)) return
    for (const { id, name: called } of this.#isLookedAt ? ours : []) {
      if (placesOf(this.#sim, called).size > 0) continue // an entry means it by the name that it has now
      const change = changes.find((each) => 'id' in each && each.id === id)
      const isUsed = this.#sim.account.all.some(({ router }) => JSON.stringify(router ?? {}).includes(id))
      const stays = change?.kind === 'orphan' ? change.stays : undefined
      const reasons: Record<string, boolean> = {
        policy: this.#sim.rules.policy !== 'sync',
        'in-use': isUsed,
        guard: this.#plan.guards.length > 0,
      }
      this.#demand(stays !== undefined && reasons[stays], `${id} of ${name} stays for a reason`, change)
      const told = this.#process.events.findLast((event) => event.event === 'provider-key.orphaned' && event.id === id)
      this.#demand(told && 'stays' in told && told.stays === stays, `that ${id} stays was told`, change)
    }
  }

  /** Its rules refer to what it declares. */
  entry(key: string): void {
    const { account, keys, rules, ledger } = this.#sim
    const change = this.#plan.changes.find((each) => each.key === key)
    const entry = this.#process.view.desired.entries.get(key)
    const names = entry?.managedKeys?.map(({ name }) => name) ?? []
    const [there, ...others] = account.all.filter(({ stamp }) => stamp?.owner === OWNER && stamp.key === key)
    const ids = (there?.router?.rules ?? []).flatMap(({ steps }) => steps.flatMap((step) => step.keys?.map(({ id }) => id) ?? []))
    if (change?.kind === 'conflict') {
      const isFor = names.some((name) => {
        const ours = keys.all.filter((each) => isOurs(each, name))
        return !declaredValue(this.#sim, name) || this.#isConflict(name, ours)
      })
      return this.#demand(isFor, `${key} is in conflict for a reason`, change)
    }
    if (change?.kind === 'update') {
      // A person gave the key that it refers to to another: that is drift of the rule, and which key to use is theirs to say.
      const isTaken = ids.some((id) => ledger.touched.has(id))
      const isHeld = (isTaken || ledger.isForgetful || ledger.isUnheard) && rules.drift === 'correct'
      const isLeft = rules.policy === 'create-only' || rules.drift === 'report' || isHeld
      return this.#demand(isLeft, `${key} is left for a reason`, change)
    }
    this.#demand(there && others.length === 0, `${key} is there once`, change)
    const found = ids.map((id) => keys.get(id))
    const isIt = (index: number, name: string) => {
      const each = found[index]
      if (each?.stamp) return isOurs(each, name)
      return Object.values(this.#sim.disk.durable.get(key)?.secrets ?? {}).some((record) => idIn(record) === each?.id)
    }
    this.#demand(
      ids.length === names.length && names.every((name, index) => isIt(index, name)),
      `${key} refers to ${names.join()}`,
    )
  }

  others(): void {
    const theirs = this.#sim.keys.all.filter(({ lastUpdatedBy }) => lastUpdatedBy === 'usr_other')
    this.#demand(theirs.length === 2, 'nothing of others was changed')
  }

  #demand(holds: unknown, what: string, change?: object): void {
    if (holds) return
    const { account, keys, disk, folder, env } = this.#sim
    const state = { keys: keys.all, account: account.all, disk: [...disk.durable], modules: [...folder.modules], env }
    const values = keys.all.map(({ id }) => [id, keys.valueOf(id)])
    throw new Error(
      `Expected that ${what}\n${JSON.stringify(change)}\n${this.#sim.story}\n${JSON.stringify({ ...state, values }, undefined, 1)}`,
    )
  }
}

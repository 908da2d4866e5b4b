/** Judges every write as it leaves, and everything that is told: what must never happen, whatever else does. */
import type { Configuration } from '../../../src/model/configuration.ts'
import type { ConfigurationPatch } from '../../../src/model/patch.ts'
import { contentDigest } from '../../../src/model/digest.ts'
import type { DesiredState, Entry } from '../../../src/model/entry.ts'
import type { SyncEvent } from '../../../src/model/events.ts'
import type { ObservedConfiguration } from '../../../src/model/observed.ts'
import type { Stamp } from '../../../src/model/stamp.ts'
import { OWNER } from '../../support/states.ts'
import { View } from './folder.ts'
import { GRACE_MS, type Process } from './process.ts'
import type { Sim } from './sim.ts'
import { opened } from './universe.ts'

/** What is told of a configuration that is there afterwards. */
const MADE: ReadonlySet<string> = new Set(['created', 'adopted', 'updated', 'moved', 'linked'].map((name) => `config.${name}`))

interface Look {
  readonly present: ObservedConfiguration
  readonly desired: DesiredState
}

/** A person changed what was applied as declared: it may not be opened until the declaration is another. */
interface Closed {
  readonly key: string
  readonly digest: string
  /** The lockfile does not know any more what was applied. */
  isUnknown: boolean
}

export class Ledger {
  readonly violations: string[] = []
  /** Changed by a person, or by a write of ours that came late. */
  readonly touched = new Set<string>()
  readonly #sim: Sim
  readonly #looks = new Map<Process, Map<string, Look>>()
  readonly #declared = new Map<string, Configuration[]>()
  readonly #nonces = new Set<string>()
  readonly #closed = new Map<string, Closed>()
  /** What is carried out is carried out late. */
  isLate = false

  constructor(sim: Sim) {
    this.#sim = sim
  }

  looked(process: Process, id: string, present: ObservedConfiguration | undefined): void {
    const looks = this.#looks.get(process) ?? new Map<string, Look>()
    this.#looks.set(process, looks)
    if (present) looks.set(id, { present, desired: process.view.desired })
    else looks.delete(id)
  }

  /** @param listed what the last listing showed when it was decided on */
  creating(process: Process, listed: Process['listed'], { owner, key, nonce }: Stamp, configuration: Configuration): void {
    this.#demand(owner === OWNER && !this.#nonces.has(nonce), `create ${key}: the stamp is ours, its nonce new`)
    this.#nonces.add(nonce)
    const isDeclared = this.#declared.get(key)?.some((each) => contentDigest(each) === contentDigest(configuration))
    this.#demand(isDeclared, `create ${key}: it was declared so`)
    const isThere = listed.some((each) => isOurs(each, key) && isOurs(this.#sim.account.get(each.id), key))
    this.#demand(!isThere, `create ${key}: the last listing did not show it`)
    const recorded = process.store.entries.get(key)?.id
    const isLagging = recorded !== undefined && isOurs(this.#sim.account.get(recorded), key)
    this.#demand(!isLagging, `create ${key}: ${recorded} is gone, not only not listed`)
  }

  updating(process: Process, id: string, patch: ConfigurationPatch, key: string): void {
    const { rules, account } = this.#sim
    const look = this.#looks.get(process)?.get(id)
    this.#demand(look, `update ${id}: it was looked at just before`)
    if (!look) return
    this.#looks.get(process)?.delete(id)
    const { present, desired } = look
    const { stamp } = present
    const entry = desired.entries.get(key)
    const isTied = [...process.store.entries.values()].some((record) => record.id === id)
    this.#demand(stamp ? stamp.owner === OWNER : isTied || entry?.adopt === id, `update ${id}: it is ours, or adopted`)
    this.#demand(!stamp || stamp.key === key || !desired.entries.has(stamp.key), `update ${id}: it is not of another entry`)
    this.#demand(rules.policy !== 'create-only', `update ${id}: create-only changes nothing`)
    this.#demand(!desired.held.has(key), `update ${id}: ${key} is not held`)
    const record = process.store.entries.get(key)
    const isApplied = record?.id === id && record.digest === entry?.digest
    this.#demand(rules.drift !== 'report' || !isApplied || stamp?.key !== key, `update ${id}: report corrects nothing`)
    this.#checkReach(id, key, look, entry, account.preview(present, patch))
  }

  #checkReach(id: string, key: string, { present }: Look, entry: Entry | undefined, after: ObservedConfiguration): void {
    const gained = opened(present, after)
    const declared = [entry?.configuration ?? [], ...(this.#declared.get(key) ?? [])].flat()
    const isDeclared = declared.some((configuration) => opened(configuration, after).isDisjointFrom(gained))
    this.#demand(gained.size === 0 || isDeclared, `update ${id}: what it opens is declared`)
    const closed = this.#closed.get(id)
    if (!closed) return
    const isEdit = entry !== undefined && entry.digest !== closed.digest
    this.#demand(
      isEdit || gained.size === 0 || this.#sim.rules.drift === 'correct-all',
      `update ${id}: what a person closed stays closed, and would open ${[...gained].join(', ')}`,
    )
    if (isEdit) this.#closed.delete(id)
    else this.#closed.set(id, { ...closed, key })
  }

  updated(id: string): void {
    if (this.isLate) this.touched.add(id)
  }

  removing(process: Process, id: string, key: string): void {
    const look = this.#looks.get(process)?.get(id)
    this.#demand(look, `remove ${id}: it was looked at just before`)
    if (!look) return
    this.#looks.get(process)?.delete(id)
    const reasons = [this.#againstPrune(process, id, key), this.#againstSurplus(process, look.present)]
    this.#demand(reasons.includes(undefined), `remove ${id} for ${key}: it is ${reasons.join(' nor ')}`)
  }

  /** @returns what speaks against it */
  #againstPrune(process: Process, id: string, key: string): string | undefined {
    const { rules } = this.#sim
    const { entries, held, complete } = process.view.desired
    const record = process.store.entries.get(key)
    if (record?.id !== id) return 'not recorded'
    if (entries.has(key) || held.has(key) || !complete) return 'not gone'
    if (rules.policy !== 'sync') return 'not to be deleted by policy'
    if (record.protect) return 'protected'
    return process.goneFor(key) >= GRACE_MS ? undefined : `gone for ${process.goneFor(key)} ms only`
  }

  /** Judged by what was listed as well: a person may have taken the other one away since. */
  #againstSurplus(process: Process, present: ObservedConfiguration): string | undefined {
    const { stamp } = present
    if (!stamp || stamp.owner !== OWNER) return 'not stamped'
    const siblings = [...this.#sim.account.all, ...process.listed, ...this.#looked(process)]
      .filter(({ id }) => id !== present.id)
      .filter((each) => isOurs(each, stamp.key) || process.store.entries.get(stamp.key)?.id === each.id)
    if (siblings.length === 0) return 'not surplus'
    const isElsewhere = ([key, { id }]: [string, { id: string }]) => id === present.id && key !== stamp.key
    const [other] = [...process.store.entries].find(isElsewhere) ?? []
    if (other !== undefined && process.view.desired.entries.has(other)) return `recorded as ${other}`
    const isCopy = (each: ObservedConfiguration) => isOurs(each, stamp.key) && each.stamp?.nonce === stamp.nonce
    // What was copied since the last listing is not known to be: the API has no `If-Match`.
    return process.listed.some((each) => each.id !== present.id && isCopy(each)) ? 'a copy' : undefined
  }

  #looked(process: Process): readonly ObservedConfiguration[] {
    return [...(this.#looks.get(process)?.values() ?? [])].map(({ present }) => present)
  }

  /** Success is told after it is on disk. */
  told({ disk }: Process, event: SyncEvent): void {
    if (MADE.has(event.event) && 'id' in event && 'key' in event) {
      // It may have moved on under another key before it could be written down.
      const isRecorded = disk.durable.values().some(({ id }) => id === event.id)
      this.#demand(isRecorded, `${event.event} ${event.key}: it is on disk`)
    }
    // The lockfile may name a surplus one for a moment: which one stays is decided without it.
    const isUnmade = event.event === 'config.forgotten' || (event.event === 'config.deleted' && event.reason !== 'surplus')
    if (isUnmade) this.#demand(disk.durable.get(event.key)?.id !== event.id, `${event.event} ${event.key}: it is on disk`)
  }

  /** A person changed it. */
  human(id: string): void {
    this.touched.add(id)
    const keys = new Set(this.#opinions().map((opinion) => opinion(id)))
    const [only] = keys
    if (keys.size === 1 && only !== undefined) {
      const [key = '', digest = ''] = JSON.parse(only) as string[]
      this.#closed.set(id, { key, digest, isUnknown: false })
    } else this.#closed.delete(id)
  }

  /** What each process, or each disk where none runs, takes to be applied to a configuration as it is declared. */
  #opinions(): readonly ((id: string) => string | undefined)[] {
    const { processes, disks, folder } = this.#sim
    return [
      ...processes.map(({ view, store }) => opinionOf(view.desired, store.entries)),
      ...processes.map(({ view, disk }) => opinionOf(view.desired, disk.durable)),
      ...disks.map(({ durable }) => opinionOf(new View(folder).desired, durable)),
    ]
  }

  /** A process knows what the folder declares; of broken modules each may know something else. */
  knows({ entries }: DesiredState): void {
    for (const [key, { configuration }] of entries) {
      const known = this.#declared.get(key) ?? []
      if (!known.includes(configuration)) this.#declared.set(key, [...known, configuration])
    }
  }

  /** The folder says something else of a key. */
  declare(key: string, entry: Entry | undefined): void {
    for (const [id, closed] of this.#closed) {
      const isEdited = closed.key === key && entry !== undefined && entry.digest !== closed.digest
      if (isEdited || closed.isUnknown) this.#closed.delete(id)
    }
  }

  /** A lockfile was lost, or an older one put back: what it does not say any more may be taken for an edit once it is declared anew. */
  forget(): void {
    for (const [id, closed] of this.#closed) {
      const records = this.#sim.disks.map(({ durable }) => durable.values().find((each) => each.id === id))
      if (records.some((record) => record && record.digest !== closed.digest)) this.#closed.delete(id)
      else if (records.includes(undefined)) closed.isUnknown = true
    }
  }

  #demand(holds: unknown, what: string): void {
    if (!holds) this.violations.push(what)
  }
}

function opinionOf(desired: DesiredState, entries: Process['store']['entries']): (id: string) => string | undefined {
  return (id) => {
    const [key, record] = [...entries].find(([, each]) => each.id === id) ?? []
    const isApplied = key !== undefined && record?.digest === desired.entries.get(key)?.digest
    return isApplied ? JSON.stringify([key, record?.digest]) : undefined
  }
}

export function isOurs(configuration: ObservedConfiguration | undefined, key: string): boolean {
  return configuration?.stamp?.owner === OWNER && configuration.stamp.key === key
}

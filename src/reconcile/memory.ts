import { deletableKeys } from '../plan/guards.ts'
import { deletableProviderKeys, undeclaredKeys } from '../plan/keys/plan-keys.ts'
import { type History, isDeclared, isGone, type World } from '../plan/world.ts'
import { Absences } from './absences.ts'

/** What a running process knows of time: what came, what went, and what a person said. A restart begins anew. */
export class Memory implements History {
  readonly #absences: Absences
  /** Of provider keys, by id. */
  readonly #keyAbsences: Absences
  /** Keys whose declaration came or changed while we watched, and was not applied yet. */
  readonly #fresh = new Set<string>()
  /** Keys whose deletion a person has confirmed. */
  readonly #approved = new Set<string>()
  /** Ids of provider keys whose deletion a person has confirmed. */
  readonly #approvedKeys = new Set<string>()
  /** Whether the folder was wholly known when it was last looked at. */
  #wasWhole = false

  /** @param deleteGraceMs how long an entry must be gone before its configuration may be deleted */
  constructor(deleteGraceMs: () => number) {
    this.#absences = new Absences(deleteGraceMs)
    this.#keyAbsences = new Absences(deleteGraceMs)
  }

  isRipe(key: string): boolean {
    return this.#absences.isRipe(key)
  }

  isFresh(key: string): boolean {
    return this.#fresh.has(key)
  }

  isApproved(key: string): boolean {
    return this.#approved.has(key)
  }

  isKeyRipe(providerKeyId: string): boolean {
    return this.#keyAbsences.isRipe(providerKeyId)
  }

  isKeyApproved(providerKeyId: string): boolean {
    return this.#approvedKeys.has(providerKeyId)
  }

  /** Milliseconds until something that is gone has been so for long enough. Undefined where nothing is to come. */
  nextRipe(): number | undefined {
    const left = Math.min(this.#absences.nextRipe() ?? Infinity, this.#keyAbsences.nextRipe() ?? Infinity)
    return left === Infinity ? undefined : left
  }

  /** Looks whether some keys are gone. @returns whether any is that was not */
  note(world: World, keys: Iterable<string>): boolean {
    for (const key of this.#approved) if (!world.applied.has(key) || isDeclared(world, key)) this.#approved.delete(key)
    this.#wasWhole = world.desired.complete
    const { applied } = world
    const isNew = this.#absences.note(keys, (key) => (applied.has(key) ? isGone(world, key) : undefined))
    return this.#noteKeys(world) || isNew
  }

  /** The same with all that was applied, before all of it is planned. */
  noteAll(world: World): boolean {
    const isNew = this.note(world, world.applied.keys())
    this.#absences.looked()
    this.#keyAbsences.looked()
    return isNew
  }

  #noteKeys(world: World): boolean {
    const undeclared = new Set(undeclaredKeys(world).map(({ id }) => id))
    for (const id of this.#approvedKeys) if (!undeclared.has(id)) this.#approvedKeys.delete(id)
    const owned = new Set([...world.providerKeys.owned()].map(({ id }) => id))
    return this.#keyAbsences.note(owned, (id) => (owned.has(id) ? undeclared.has(id) : undefined))
  }

  /** The declarations of some keys came, changed or went. What comes with a folder that was not wholly known may have been there. */
  changed(world: World, keys: Iterable<string>): void {
    for (const key of keys) if (this.#wasWhole && isDeclared(world, key)) this.#fresh.add(key)
  }

  /** It is applied, or there is nothing to apply. */
  settled(key: string): void {
    this.#fresh.delete(key)
  }

  /**
   * A person says that so many deletions are right: those that are to be made now.
   * @returns how many there are, where that is another number; nothing is approved then
   */
  approve(world: World, count: number): number | undefined {
    const keys = deletableKeys(world)
    const providerKeys = deletableProviderKeys(world)
    const all = keys.length + providerKeys.length
    if (all !== count) return all
    for (const key of keys) this.#approved.add(key)
    for (const { id } of providerKeys) this.#approvedKeys.add(id)
    return undefined
  }
}

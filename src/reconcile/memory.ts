import type { History, World } from '../plan/world.ts'
import { Absences } from './absences.ts'

/** What a running process knows of time: what came, what went, and what a person said. A restart begins anew. */
export class Memory implements History {
  readonly #absences: Absences
  /** Keys whose declaration came or changed while we watched, and was not applied yet. */
  readonly #fresh = new Set<string>()
  /** Keys whose deletion a person has confirmed. */
  readonly #approved = new Set<string>()
  /** Whether the folder was wholly known when it was last looked at. */
  #wasWhole = false

  /** @param deleteGraceMs how long an entry must be gone before its configuration may be deleted */
  constructor(deleteGraceMs: number) {
    this.#absences = new Absences(deleteGraceMs)
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

  /** Milliseconds until something that is gone has been so for long enough. Undefined where nothing is to come. */
  nextRipe(): number | undefined {
    return this.#absences.nextRipe()
  }

  /** Looks whether some keys are gone. @returns whether any is that was not */
  note(world: World, keys: Iterable<string>): boolean {
    for (const key of this.#approved) if (!world.applied.has(key) || isDeclared(world, key)) this.#approved.delete(key)
    this.#wasWhole = world.desired.complete
    return this.#absences.note(world, keys)
  }

  /** The declarations of some keys came, changed or went. What comes with a folder that was not wholly known may have been there. */
  changed(world: World, keys: Iterable<string>): void {
    for (const key of keys) if (this.#wasWhole && isDeclared(world, key)) this.#fresh.add(key)
  }

  /** It is applied, or there is nothing to apply. */
  settled(key: string): void {
    this.#fresh.delete(key)
  }

  approve(keys: Iterable<string>): void {
    for (const key of keys) this.#approved.add(key)
  }
}

function isDeclared({ desired }: World, key: string): boolean {
  return desired.entries.has(key) || desired.held.has(key)
}

import type { ResultAsync } from 'neverthrow'

type Meanwhile<Resource> = Map<string, Resource | undefined>

/** What was written, seen or removed by itself while listings were under way: they may have passed its place before that. */
export class Sightings<Resource extends { readonly id: string }> {
  /** One for each listing under way. */
  readonly #meanwhile = new Set<Meanwhile<Resource>>()

  /** Follows a listing to its end, and hands it on with what happened since it began, undefined for what was removed. */
  follow<Failure>(
    listing: ResultAsync<readonly Resource[], Failure>,
    take: (listed: readonly Resource[], meanwhile: ReadonlyMap<string, Resource | undefined>) => void,
  ): ResultAsync<void, Failure> {
    const meanwhile: Meanwhile<Resource> = new Map()
    this.#meanwhile.add(meanwhile)
    const done = () => this.#meanwhile.delete(meanwhile)
    return listing
      .map((listed) => take(listed, meanwhile))
      .andTee(done)
      .orTee(done)
  }

  saw(resource: Resource): void {
    for (const each of this.#meanwhile) each.set(resource.id, resource)
  }

  lacks(id: string): void {
    for (const each of this.#meanwhile) each.set(id, undefined)
  }
}

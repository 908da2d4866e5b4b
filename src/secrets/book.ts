import { okAsync, type ResultAsync } from 'neverthrow'
import { describeSecret, type Secret, type SecretLook, type SecretProblem, type SecretSource } from '../model/secret.ts'
import { fileOf, readSecret, type SecretPlaces } from './read.ts'
import { sealOf } from './seal.ts'

/** So many places are read at a time. */
const AT_ONCE = 16

interface Page {
  readonly source: SecretSource
  readonly look: SecretLook
  /** Which reading it is from: one that began earlier and ends later tells nothing new. */
  readonly reading: number
}

/** What is known of secrets: seals and problems, never values. */
export class SecretBook {
  readonly #places: SecretPlaces
  readonly #pages = new Map<string, Page>()
  readonly #plain = new WeakMap<Secret, SecretLook>()
  #readings = 0

  constructor(places: SecretPlaces) {
    this.#places = places
  }

  /** The files that known references lead to, absolute. */
  get files(): ReadonlySet<string> {
    const files = [...this.#pages.values()].map(({ source }) => fileOf(source, this.#places))
    return new Set(files.filter((file) => file !== undefined))
  }

  /** What was found when the place was last read. */
  look(source: SecretSource): SecretLook {
    if ('$plain' in source) return this.#lookAtPlain(source.$plain)
    return this.#pages.get(describeSecret(source))?.look ?? notRead(source)
  }

  /** Reads these places. @returns the references, as `describeSecret` has them, whose look changed */
  async learn(sources: Iterable<SecretSource>): Promise<ReadonlySet<string>> {
    const wanted = new Map<string, SecretSource>()
    for (const source of sources) if (!('$plain' in source)) wanted.set(describeSecret(source), source)
    const changed = new Set<string>()
    const left = wanted.entries()
    const work = async () => {
      for (const [id, source] of left) if (await this.#learnOne(id, source)) changed.add(id)
    }
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, wanted.size) }, work))
    return changed
  }

  /** Reads every known place again. @returns as `learn` */
  refresh(): Promise<ReadonlySet<string>> {
    return this.learn([...this.#pages.values()].map(({ source }) => source))
  }

  /** The value as it is now, for whoever applies it; what is known of it is up to date with that. */
  reveal(source: SecretSource): ResultAsync<Secret, SecretProblem> {
    if ('$plain' in source) return okAsync(source.$plain)
    const id = describeSecret(source)
    const reading = ++this.#readings
    return readSecret(source, this.#places)
      .andTee((secret) => void this.#note(id, { source, reading, look: found(secret) }))
      .orTee((problem) => void this.#note(id, { source, reading, look: { type: 'missing', ...problem } }))
  }

  /** Forgets all but these. */
  retain(sources: Iterable<SecretSource>): void {
    const kept = new Set([...sources].map(describeSecret))
    for (const id of this.#pages.keys()) if (!kept.has(id)) this.#pages.delete(id)
  }

  async #learnOne(id: string, source: SecretSource): Promise<boolean> {
    const reading = ++this.#readings
    const read = await readSecret(source, this.#places)
    return this.#note(id, { source, reading, look: read.match(found, (problem) => ({ type: 'missing', ...problem })) })
  }

  /** @returns whether it is news */
  #note(id: string, page: Page): boolean {
    const known = this.#pages.get(id)
    if (known && known.reading > page.reading) return false
    this.#pages.set(id, page)
    return !known || !isSameLook(known.look, page.look)
  }

  #lookAtPlain(secret: Secret): SecretLook {
    const look = this.#plain.get(secret) ?? found(secret)
    this.#plain.set(secret, look)
    return look
  }
}

function found(secret: Secret): SecretLook {
  return { type: 'found', seal: sealOf(secret) }
}

function notRead(source: SecretSource): SecretLook {
  return { type: 'missing', reason: 'missing', msg: `${describeSecret(source)} was not read yet` }
}

function isSameLook(a: SecretLook, b: SecretLook): boolean {
  if (a.type === 'found') return b.type === 'found' && a.seal.fingerprint('') === b.seal.fingerprint('')
  return b.type === 'missing' && a.reason === b.reason && a.msg === b.msg
}

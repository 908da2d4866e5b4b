/** A place in a line; gone once its value has left. */
export interface Place<T> {
  readonly value: T
  before: Place<T> | undefined
  after: Place<T> | undefined
  waiting: boolean
}

/** First in, first out; joining, leaving at the front and leaving from the middle take constant time. */
export class Line<T> {
  #first: Place<T> | undefined
  #last: Place<T> | undefined

  get isEmpty(): boolean {
    return this.#first === undefined
  }

  join(value: T): Place<T> {
    const place: Place<T> = { value, before: this.#last, after: undefined, waiting: true }
    if (this.#last) this.#last.after = place
    else this.#first = place
    this.#last = place
    return place
  }

  shift(): T | undefined {
    const place = this.#first
    if (place) this.leave(place)
    return place?.value
  }

  /** @returns false when the place was left before */
  leave(place: Place<T>): boolean {
    if (!place.waiting) return false
    place.waiting = false
    if (place.before) place.before.after = place.after
    else this.#first = place.after
    if (place.after) place.after.before = place.before
    else this.#last = place.before
    return true
  }
}

/** What is on its way to the gateway and to the disk: nothing happens by itself, and each call takes two steps. */

/** One call of a port. */
export interface Call {
  /** The process that made it. */
  readonly by: Caller
  /** Like `update aigac_0001`. */
  readonly label: string
  /** Carries it out; the answer is known then. */
  readonly takeEffect: () => void
  readonly answer: () => void
}

/** The dead call nobody. */
interface Caller {
  readonly isDead: boolean
}

/** Calls in the order they are served. */
export class Line {
  readonly #waiting: { readonly call: Call; isDone: boolean }[] = []
  readonly #late: { left: number; readonly commit: () => void }[] = []
  /** Everything that took effect or was answered, for whoever must find a fault. */
  readonly log: string[] = []
  /** How many calls took effect. */
  effects = 0

  add(call: Call): void {
    if (!call.by.isDead) this.#waiting.push({ call, isDone: false })
  }

  /** Either carries out the first call, or answers it. @returns false where there is none */
  async step(): Promise<boolean> {
    await quiet()
    const first = this.#waiting[0]
    if (!first) return false
    if (first.isDone) {
      this.#waiting.shift()
      this.log.push(`  answered: ${first.call.label}`)
      first.call.answer()
    } else {
      first.isDone = true
      this.log.push(`  done: ${first.call.label}`)
      this.effects++
      first.call.takeEffect()
      this.#passLate()
    }
    await quiet()
    return true
  }

  /** The first call lets the others go ahead. */
  overtake(): void {
    const first = this.#waiting.shift()
    if (first) this.#waiting.push(first)
  }

  /** What was sent by a process that is no more is carried out, or was not sent. */
  abandon(by: Caller, isCarriedOut: boolean): void {
    for (const each of this.#waiting.filter(({ call }) => call.by === by)) {
      this.#waiting.splice(this.#waiting.indexOf(each), 1)
      if (isCarriedOut && !each.isDone) this.log.push(`  done after the crash: ${each.call.label}`)
      if (isCarriedOut && !each.isDone) each.call.takeEffect()
    }
  }

  /** @param after how many calls take effect before */
  addLate(after: number, commit: () => void): void {
    this.#late.push({ left: after, commit })
  }

  /** Everything that was late is carried out. */
  flushLate(): void {
    for (const { commit } of this.#late.splice(0)) commit()
  }

  #passLate(): void {
    for (const each of this.#late) each.left--
    for (const each of this.#late.filter(({ left }) => left < 0)) {
      this.#late.splice(this.#late.indexOf(each), 1)
      each.commit()
    }
  }
}

/** Until nobody has anything to do but wait. Real time: it is not among the fake timers. */
export function quiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

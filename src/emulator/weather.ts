/** Probabilities from 0 to 1 of what befalls a request. One request meets at most one, so together they are at most 1. */
export interface Faults {
  /** The connection is cut before anything is done. */
  readonly reset: number
  /** Carried out, then the connection is cut without an answer. */
  readonly lost: number
  /** 500 before anything is done. */
  readonly error: number
  /** 429 before anything is done. */
  readonly throttle: number
  /** 503 before anything is done. */
  readonly unavailable: number
  /** Carried out, then answered with 504 and `ERR_NGROK_27610`, as if it had not been. */
  readonly timeout: number
  /** The connection is cut at once and a write carried out only later, which no client can see coming. For a read as `reset`. */
  readonly late: number
}

export type Fault = keyof Faults

/** New ones go to the end, so that a seed goes on meaning the same for those before. */
export const FAULTS = ['reset', 'lost', 'error', 'throttle', 'unavailable', 'timeout', 'late'] as const satisfies readonly Fault[]

/** What happens by chance, from a seed: the same seed and faults give the same sequence. */
export interface Weather {
  draw(): Fault | undefined
  set(faults: Partial<Faults>): void
}

/** @throws RangeError, also from `set`, when `arePossible` says no */
export function createWeather(faults: Partial<Faults>, seed: number): Weather {
  const random = xorshift(seed)
  let current = checked(faults)
  return {
    draw() {
      let left = random()
      return FAULTS.find((fault) => (left -= current[fault] ?? 0) < 0)
    },
    set(next) {
      current = checked(next)
    },
  }
}

/** Whether these are probabilities of which at most one comes true. */
export function arePossible(faults: Partial<Faults>): boolean {
  const odds = Object.values(faults)
  const sum = odds.reduce((total, each) => total + each, 0)
  return odds.every((each) => each >= 0) && sum <= 1 + 1e-9 // 70 % + 20 % + 10 % need not be 1 in binary
}

function checked(faults: Partial<Faults>): Partial<Faults> {
  if (arePossible(faults)) return faults
  throw new RangeError(`Expected probabilities that add up to at most 1, got ${JSON.stringify(faults)}.`)
}

/** Marsaglia's xorshift with 32 bits: even enough for odds. The seed is spread first, as small ones start with small numbers. */
function xorshift(seed: number): () => number {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

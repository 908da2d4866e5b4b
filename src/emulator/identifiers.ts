import { randomInt } from 'node:crypto'

/** Makes a new identifier with a prefix: `aigac_…`. */
export type NewId = (prefix: string) => string

const SEQUENCE_LIMIT = 36 ** 3

/**
 * Identifiers that sort as text in the order they were made, whatever the clock does: milliseconds, a sequence number within
 * the millisecond, and a random part that keeps two emulators apart.
 */
export function createIds(now: () => number): NewId {
  let time = 0
  let sequence = 0
  return (prefix) => {
    const present = Math.floor(now())
    sequence = present > time ? 0 : sequence + 1
    time = Math.max(time, present)
    if (sequence === SEQUENCE_LIMIT) {
      time += 1
      sequence = 0
    }
    return `${prefix}_${digits(time, 9)}${digits(sequence, 3)}${digits(randomInt(36 ** 9), 9)}`
  }
}

function digits(number: number, length: number): string {
  return number.toString(36).padStart(length, '0')
}

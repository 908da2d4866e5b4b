import { isUtf8 } from 'node:buffer'

/** The largest body that is read, in bytes. A page of 100 configurations takes a few hundred kilobytes. */
export const LARGEST_BODY = 16 * 1024 * 1024

/** What a body has room for once it comes in several pieces, in bytes. */
const FIRST_ROOM = 16 * 1024

/**
 * The body of an answer, as it comes. Pieces are copied together at once: one of a single byte each, kept by themselves, would take a
 * hundred times the room, and each keep alive what it came in. The first, which mostly is all, gets no more room than it needs: that of a
 * thousand answers lies about until V8 collects, and what malloc has once had of the system it keeps.
 */
export class Body {
  #bytes = Buffer.alloc(0)
  #length = 0

  /** @returns false where it is too large, and was let go */
  add(piece: Buffer): boolean {
    const length = this.#length + piece.length
    if (length > LARGEST_BODY) {
      this.clear()
      return false
    }
    if (length > this.#bytes.length) this.#grow(length)
    this.#bytes.set(piece, this.#length)
    this.#length = length
    return true
  }

  /** @returns undefined where it is not UTF-8 */
  text(): string | undefined {
    const bytes = this.#bytes.subarray(0, this.#length)
    return isUtf8(bytes) ? bytes.toString() : undefined
  }

  clear(): void {
    this.#bytes = Buffer.alloc(0)
    this.#length = 0
  }

  #grow(length: number): void {
    const room = this.#length === 0 ? length : Math.max(length, this.#bytes.length * 2, FIRST_ROOM)
    const grown = Buffer.allocUnsafe(Math.min(room, LARGEST_BODY))
    grown.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = grown
  }
}

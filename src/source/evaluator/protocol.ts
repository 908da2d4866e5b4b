/**
 * What parent and child say to one another: one JSON document a line, requests on the child's stdin, answers on its
 * descriptor 3. The child works through requests in their order.
 */
export interface EvaluationRequest {
  readonly id: number
  /** The module to evaluate. */
  readonly url: string
  /** Only run it; its value is not wanted. */
  readonly probe: boolean
  /** Something may happen when it has run, which is waited for; that costs as much as to run a small one. */
  readonly lingers: boolean
  /**
   * URLs of what it imports for sure, the imported before the importing, without those in cycles, and that this child has not been told
   * of yet: what they export is made unchangeable before it runs, so that none can change it for the next.
   */
  readonly shared: readonly string[]
  /** What it reaches and this child has not been given yet. */
  readonly modules: readonly ChildModule[]
}

/** A source the child serves to its module loader. Plain pairs, so that no specifier can hit a prototype. */
export interface ChildModule {
  /** A file URL with its version: `file:///configs/a.ts?v=0123456789abcdef`. */
  readonly url: string
  readonly format: 'module' | 'json'
  readonly source: string
  /** From specifier to URL. */
  readonly links: readonly (readonly [string, string])[]
  /** From specifier to why it cannot be imported. */
  readonly refusals: readonly (readonly [string, string])[]
}

/** What the child says. */
export type Frame =
  /** The child is up. */
  | { readonly type: 'ready' }
  /** Requests are answered in their order. */
  | (Answer & { readonly id: number })

/**
 * A frame as it is sent. The child makes the token before it runs any module, and `ready` tells it to the parent: what comes without it
 * was written by a module, which may want to answer for another.
 */
export type SignedFrame = Frame & { readonly token: string }

export type Answer =
  | { readonly type: 'value'; readonly value: unknown; readonly several: boolean }
  /** The answer to a probe. */
  | { readonly type: 'done' }
  | { readonly type: 'invalid'; readonly msg: string; readonly path: string }
  /** `stray`: where nobody caught it. That it names the module says who may have thrown it, not who did. */
  | { readonly type: 'threw'; readonly thrown: Thrown; readonly stray?: boolean }

/** What a module threw, as far as it can be told. */
export interface Thrown {
  /** `TypeError: x is not a function`. */
  readonly msg: string
  readonly stack?: string
  readonly code?: string
  /** URL of the module that Node could not compile. */
  readonly uncompiled?: string | undefined
  /** Of Node's permission model. */
  readonly permission?: string
  readonly resource?: string
}

/** `code` of an import that the child refuses. */
export const REFUSED_IMPORT = 'ERR_AIGW_SYNC_IMPORT'

/** Linux makes another identifier each time it is read. The child may read it, for its token. */
export const RANDOM = '/proc/sys/kernel/random/uuid'

/** Longest document either side takes, in UTF-16 units. */
export const MAX_FRAME = 32 * 1024 * 1024

/**
 * In the parent: cuts a stream into lines. @param tooLong called instead when one is longer than a document may be, and nothing is taken
 * after that
 */
export function lineSplitter(take: (line: string) => void, tooLong: () => void): (chunk: string) => void {
  let pieces: string[] = []
  let length = 0
  return (chunk) => {
    if (length > MAX_FRAME) return
    const [first = '', ...others] = chunk.split('\n')
    pieces.push(first)
    length += first.length
    for (const other of others) {
      take(pieces.join(''))
      pieces = [other]
      length = other.length
    }
    if (length > MAX_FRAME) {
      pieces = []
      tooLong()
    }
  }
}

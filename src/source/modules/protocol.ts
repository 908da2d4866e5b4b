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
  /** It begins with the oldest request. After an answer it goes on with the next without a word. */
  | { readonly type: 'started' }
  /** Requests are answered in their order; the id shows that nobody else has a say. */
  | (Answer & { readonly id: number })

export type Answer =
  | { readonly type: 'value'; readonly value: unknown; readonly several: boolean }
  /** The answer to a probe. */
  | { readonly type: 'done' }
  | { readonly type: 'invalid'; readonly msg: string; readonly path: string }
  | { readonly type: 'threw'; readonly thrown: Thrown }

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

/** Longest document either side takes, in UTF-16 units. */
export const MAX_FRAME = 32 * 1024 * 1024

/** Cuts a stream into lines. @param tooLong called instead when one is longer than a document may be */
export function lineSplitter(take: (line: string) => void, tooLong: () => void): (chunk: string) => void {
  let rest: string[] = []
  let length = 0
  return (chunk) => {
    const [first = '', ...others] = chunk.split('\n') // not joined with what is there before its line is whole: that would be a copy each time
    rest.push(first)
    length += first.length
    if (others.length > 0) {
      const last = others.pop() ?? ''
      const whole = [rest.join(''), ...others]
      rest = [last]
      length = last.length
      for (const line of whole) take(line)
    }
    if (length > MAX_FRAME) tooLong()
  }
}

/** What a child is reached by: its own pipes, or the socket of the evaluator's unit. */
export interface Connection {
  /** Of the child, where it is a process of our own. */
  readonly pid?: number | undefined
  send(text: string): void
  /** Ends the child whatever it does; `ended` follows. */
  end(): void
}

export interface ConnectionEvents {
  /** A piece of what the child wrote to its answers. */
  answers(text: string): void
  /** A piece of what it wrote to stderr. */
  words(text: string): void
  /** Told as the last; the first one counts. */
  ended(ending: Ending): void
}

export type Opener = (events: ConnectionEvents) => Connection

/** How a child came to its end. */
export type Ending =
  | { readonly code: number }
  /** `memory`: it held more than it may. */
  | { readonly signal: string; readonly memory?: boolean }
  /** It did not start, or cannot be reached any more. */
  | { readonly msg: string }

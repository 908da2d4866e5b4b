import { childCommand, packageFolders } from './command.ts'
import type { Connection, ConnectionEvents, Opener } from './connection.ts'
import { startChild } from './process.ts'
import { startProven } from './start-proven.ts'

/** A child that comes up while the rest of the program is still being loaded. */
export interface Ahead {
  /**
   * Hands it over.
   * @returns undefined where somebody has it already, or it is not like that
   */
  take(wanted: Wanted, events: ConnectionEvents): Connection | undefined
}

export interface Wanted {
  /** Of the JavaScript heap. */
  readonly memoryMb: number
  /** The folders that it may read. */
  readonly packages: readonly string[]
}

export interface AheadOptions {
  /** The folder of modules, absolute. */
  readonly dir: string
  /** Megabytes. */
  readonly evaluationMemory: number
}

/** One that may turn out to be another than is wanted. */
export interface Guessed extends Ahead {
  /** Whether it was started for these. */
  readonly isFor: (options: AheadOptions) => boolean
  /** Ends it; nobody has it yet. */
  readonly end: () => void
}

/** Starts a child before there is somebody to talk to it. It ends with this process, whether it was wanted or not: its pipes break. */
export function startAhead({ dir, evaluationMemory }: AheadOptions): Guessed {
  const packages = packageFolders(dir)
  const { open, connection } = heldBack((events) => startOwn(evaluationMemory, packages, events))
  let isTaken = false
  return {
    isFor: (options) => options.dir === dir && options.evaluationMemory === evaluationMemory,
    end: () => connection.end(),
    take: (wanted, events) => {
      if (isTaken || wanted.memoryMb !== evaluationMemory || wanted.packages.join('\n') !== packages.join('\n')) return undefined
      isTaken = true
      return open(events)
    },
  }
}

/** A process of our own, behind the wall that works. */
export function startOwn(memoryMb: number, packages: readonly string[], events: ConnectionEvents): Connection {
  return startProven((prefix, each) => startChild(childCommand(memoryMb, packages, prefix), each), events)
}

/** A connection that nobody listens to yet. */
interface Held {
  /** Gives it to whoever listens; what was said before is told right after that. */
  readonly open: Opener
  readonly connection: Connection
}

/** Opens at once. */
export function heldBack(open: Opener): Held {
  const unheard: ((events: ConnectionEvents) => void)[] = []
  let listener: ConnectionEvents | undefined
  const hear = (tell: (events: ConnectionEvents) => void): void => {
    if (listener === undefined) unheard.push(tell)
    else tell(listener)
  }
  const connection = open({
    answers: (text) => hear((events) => events.answers(text)),
    words: (text) => hear((events) => events.words(text)),
    ended: (ending) => hear((events) => events.ended(ending)),
  })
  const listen: Opener = (events) => {
    // Not at once: whoever opens it does not have it yet.
    queueMicrotask(() => {
      listener = events
      for (const tell of unheard.splice(0)) tell(events)
    })
    return connection
  }
  return { open: listen, connection }
}

import { connect, type Socket } from 'node:net'
import { StringDecoder } from 'node:string_decoder'
import type { Connection, ConnectionEvents, Ending } from './connection.ts'
import { dangerOf } from './socket-guard.ts'
import { type Greeting, helloLine, KIND, type Kind, packetSplitter, parseEnding, parseGreeting, PROTOCOL } from './wire.ts'

export interface Remote {
  /** The path of the unit's socket. */
  readonly socket: string
  /** Whether it may only be where nobody else can put another. */
  readonly strictPermissions: boolean
  readonly memoryMb: number
  readonly packages: readonly string[]
  /** How long it may take to greet; default: ten seconds. */
  readonly greetingMs?: number
}

/** How long the unit may take to greet: it starts a program for that, perhaps on a busy machine. */
const GREETING_MS = 10_000

/** A child of the evaluator's unit. */
export function connectTo(remote: Remote, events: ConnectionEvents): Connection {
  const danger = remote.strictPermissions ? dangerOf(remote.socket) : undefined
  if (danger === undefined) return new UnitChild(remote, events)
  setImmediate(() => events.ended({ msg: danger })) // whoever opens it does not have it yet
  return { send: () => {}, end: () => {} }
}

/** What comes from there is trusted no more than what comes from a child of our own. */
class UnitChild implements Connection {
  readonly #path: string
  readonly #events: ConnectionEvents
  readonly #socket: Socket
  readonly #answers = new StringDecoder('utf8')
  readonly #words = new StringDecoder('utf8')
  #isGreeted = false
  #ending: Ending | undefined

  constructor({ socket: path, memoryMb, packages, greetingMs = GREETING_MS }: Remote, events: ConnectionEvents) {
    this.#path = path
    this.#events = events
    this.#socket = connect(path)
    this.#socket.on(
      'data',
      packetSplitter(
        (kind, content) => this.#take(kind, content),
        () => this.#fail(this.#nonsense()),
      ),
    )
    this.#socket.on('error', (error: NodeJS.ErrnoException) => this.#note(this.#unreachable(error.code ?? error.message)))
    this.#socket.on('close', () => this.#events.ended(this.#ending ?? { msg: this.#closed() }))
    const timer = setTimeout(() => setImmediate(() => this.#isGreeted || this.#fail(this.#mute(greetingMs))), greetingMs)
    this.#socket.on('close', () => clearTimeout(timer))
    this.send(helloLine({ protocol: PROTOCOL, memoryMb, packages }))
  }

  send(text: string): void {
    if (!this.#socket.destroyed) this.#socket.write(text)
  }

  end(): void {
    this.#socket.destroy()
  }

  #take(kind: Kind, content: Buffer): void {
    if (this.#ending !== undefined) return
    if (!this.#isGreeted) return this.#greet(kind === KIND.greeting ? parseGreeting(content.toString()) : undefined)
    if (kind === KIND.answers) this.#events.answers(this.#answers.write(content))
    else if (kind === KIND.words) this.#events.words(this.#words.write(content))
    else if (kind === KIND.ending) this.#conclude(parseEnding(content.toString()))
    else if (kind === KIND.greeting) this.#fail(this.#nonsense())
  }

  #greet(greeting: Greeting | undefined): void {
    if (greeting === undefined) return this.#fail(this.#nonsense())
    this.#isGreeted = true
    if (greeting.protocol !== PROTOCOL) this.#fail(this.#otherVersion(greeting))
  }

  #conclude(ending: Ending | undefined): void {
    if (ending === undefined) return this.#fail(this.#nonsense())
    this.#ending = ending
    this.#socket.destroy()
  }

  #note(msg: string): void {
    this.#ending ??= { msg }
  }

  #fail(msg: string): void {
    this.#note(msg)
    this.#socket.destroy()
  }

  #unreachable(code: string): string {
    if (HUNG_UP.has(code)) return this.#closed()
    if (this.#isGreeted) return `the connection to the evaluator at ${this.#path} broke (${code})`
    return `the evaluator cannot be reached at ${this.#path} (${code}): ${WAYS_OUT[code] ?? LOOK}`
  }

  #closed(): string {
    return this.#isGreeted
      ? `the evaluator at ${this.#path} went away; ${LOOK}`
      : `the evaluator at ${this.#path} hung up before it said a word: too many at once, or it does not start; ${LOOK}`
  }

  #mute(ms: number): string {
    return `the evaluator at ${this.#path} said nothing for ${ms} ms; ${LOOK}`
  }

  #nonsense(): string {
    return this.#isGreeted
      ? `nonsense came from the evaluator at ${this.#path}`
      : `what answers at ${this.#path} is no evaluator of aigw-sync: name the socket of its unit (evaluatorSocket)`
  }

  #otherVersion({ protocol, version }: Greeting): string {
    return (
      `the evaluator at ${this.#path} is of another version (aigw-sync ${version}, protocol ${protocol}; this one speaks ${PROTOCOL}): ` +
      'install one and the same, and restart what was not restarted since: `systemctl restart aigw-sync`'
    )
  }
}

const LOOK = "`journalctl -u 'aigw-sync-evaluator*'` may say more"

/** What comes of a write to somebody who has hung up. */
const HUNG_UP: ReadonlySet<string> = new Set(['EPIPE', 'ECONNRESET'])

const START = '`systemctl start aigw-sync-evaluator.socket`'

const WAYS_OUT: Readonly<Record<string, string>> = {
  ENOENT: START,
  ECONNREFUSED: START,
  EACCES: 'the user that runs aigw-sync must be in the group of the socket',
}

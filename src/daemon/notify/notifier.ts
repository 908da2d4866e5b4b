import type { Report, SyncEvent } from '../../model/events.ts'
import { type Channel, openChannel } from './channel.ts'
import { readInvitation } from './environment.ts'
import { findUnheard, type Unheard } from './hearing.ts'
import { type Message, READY, reloading, status, STOPPING, WATCHDOG } from './message.ts'
import { type Picture, statusLine } from './status-line.ts'

/** What is told of the daemon, as it is at that moment. */
export interface Looks {
  readonly picture: () => Omit<Picture, 'gateway' | 'isPlanned'>
  /** Whether reconciling goes on as it should. */
  readonly isAlive: () => boolean
}

/** Tells the service manager how the daemon fares. Where there is none, it does nothing. */
export class Notifier {
  /** That what is told is dropped, once it is known. Undefined where it is heard, where nobody knows, and where nobody wants to be told. */
  readonly unheard: Promise<Unheard | undefined>
  readonly #channel: Channel | undefined
  readonly #report: Report
  #looks: Looks | undefined
  #gateway: Picture['gateway'] = 'not-reached-yet'
  #isPlanned = false
  #isReady = false
  #isClosed = false
  #isTold = false
  #line = ''
  #later: NodeJS.Timeout | undefined
  #feeding: NodeJS.Timeout | undefined

  /** @param env loses what was meant for this process alone */
  constructor(env: NodeJS.ProcessEnv, report: Report) {
    const invitation = readInvitation(env, process.pid)
    for (const name of MEANT_FOR_US) Reflect.deleteProperty(env, name)
    this.#channel = invitation && openChannel(invitation.way)
    this.#report = report
    this.unheard = invitation?.way.type === 'command' ? findUnheard() : Promise.resolve(undefined)
    if (!invitation) return
    this.#tell(status('reading the folder and listing the gateway'))
    // Half of the time leaves room for one that is late. The timer fires only while the event loop turns.
    if (invitation.watchdogMs !== undefined) this.#feeding = setInterval(() => this.#feed(), invitation.watchdogMs / 2).unref()
  }

  /** Every event passes here. */
  hear({ event }: SyncEvent): void {
    if (!this.#channel) return
    this.#gateway = GATEWAY[event] ?? this.#gateway
    if (event === 'gateway.retrying' && this.#gateway === 'not-reached-yet') this.#gateway = 'failing'
    this.#isPlanned ||= event === 'plan.computed'
    this.#becomeReady()
    if (!QUIET.has(event)) this.#soon()
  }

  /** The folder is read, and watched. */
  opened(looks: Looks): void {
    this.#looks = looks
    this.#becomeReady()
  }

  reloading(): void {
    if (this.#isReady) this.#tell(reloading(process.hrtime.bigint()))
  }

  reloaded(): void {
    if (this.#isReady) this.#tell(READY)
  }

  stopping(): void {
    this.#tell({ ...STOPPING, ...status('finishing what is in flight') })
    this.#isClosed = true
    clearTimeout(this.#later)
  }

  /** No more is told, not even that it is alive. */
  close(): void {
    this.#isClosed = true
    clearTimeout(this.#later)
    clearInterval(this.#feeding)
  }

  /** Once the gateway was asked, whatever it said: one that is down must not keep a start from ending. */
  #becomeReady(): void {
    if (this.#isReady || this.#looks === undefined || this.#gateway === 'not-reached-yet') return
    this.#isReady = true
    this.#tell({ ...READY, ...status(this.#present()) })
  }

  #feed(): void {
    if (this.#looks?.isAlive() !== false) void this.#send(WATCHDOG)
  }

  #soon(): void {
    if (this.#later || this.#isClosed || !this.#isReady) return
    this.#later = setTimeout(() => {
      this.#later = undefined
      const before = this.#line
      if (this.#present() !== before) this.#tell(status(this.#line))
    }, this.#channel?.everyMs).unref()
  }

  #present(): string {
    if (this.#looks) this.#line = statusLine({ ...this.#looks.picture(), gateway: this.#gateway, isPlanned: this.#isPlanned })
    return this.#line
  }

  #tell(message: Message): void {
    if (!this.#isClosed) void this.#send(message)
  }

  async #send(message: Message): Promise<void> {
    const sent = await this.#channel?.send(message)
    if (!sent?.isErr() || this.#isTold) return
    this.#isTold = true
    const { msg, code } = sent.error
    this.#report({ event: 'daemon.unnotified', msg, errorCode: code })
  }
}

const MEANT_FOR_US = ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES', 'NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID'] as const

/** What events say of the gateway. */
const GATEWAY: { readonly [Name in SyncEvent['event']]?: Picture['gateway'] } = {
  'daemon.ready': 'reached',
  'gateway.listed': 'reached',
  'gateway.recovered': 'reached',
  'gateway.unreachable': 'unreachable',
  'gateway.rejected': 'rejecting',
}

/** Told often, and changing nothing of what is shown. */
const QUIET: ReadonlySet<SyncEvent['event']> = new Set(['gateway.throttled', 'evaluator.restarted'])

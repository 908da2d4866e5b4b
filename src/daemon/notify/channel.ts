import { execFile } from 'node:child_process'
import { writeSync } from 'node:fs'
import { attempt } from '../../lockfile/system.ts'
import type { SystemFailure } from '../../lockfile/errors.ts'
import { err, ok, type Result } from 'neverthrow'
import type { Way } from './environment.ts'
import { assignments, type Message } from './message.ts'

/** To the service manager, in order. */
export interface Channel {
  /** How often it may be told how we fare, in milliseconds: what comes sooner waits. */
  readonly everyMs: number
  send(message: Message): Promise<Result<void, SystemFailure>>
}

export function openChannel(way: Way): Channel {
  return way.type === 'descriptor' ? new Descriptor(way.fd) : new Command(way.socket)
}

/** Each message is one datagram, written at once: it takes some microseconds. */
class Descriptor implements Channel {
  readonly everyMs = 500
  readonly #fd: number

  constructor(fd: number) {
    this.#fd = fd
  }

  async send(message: Message): Promise<Result<void, SystemFailure>> {
    const text = `${assignments(message).join('\n')}\n`
    return await attempt(() => Promise.resolve(void writeSync(this.#fd, text)))
  }
}

/** Milliseconds for one command, which waits until it was heard. */
const TIMEOUT_MS = 10_000

/** One process for each message, one after another: the unit must say `NotifyAccess=all` for them. */
class Command implements Channel {
  readonly everyMs = 5_000
  readonly #env: NodeJS.ProcessEnv
  #last: Promise<unknown> = Promise.resolve()

  constructor(socket: string) {
    this.#env = { PATH: process.env['PATH'], NOTIFY_SOCKET: socket }
  }

  send(message: Message): Promise<Result<void, SystemFailure>> {
    const sent = this.#last.then(() => run(assignments(message), this.#env))
    this.#last = sent
    return sent
  }
}

function run(words: readonly string[], env: NodeJS.ProcessEnv): Promise<Result<void, SystemFailure>> {
  return new Promise((resolve) => {
    execFile('systemd-notify', words, { env, timeout: TIMEOUT_MS }, (error, _stdout, stderr) => {
      if (!error) return resolve(ok())
      const code = typeof error.code === 'string' ? error.code : 'ECHILD'
      resolve(err({ code, msg: `systemd-notify: ${stderr.trim() || error.message}` }))
    })
  })
}

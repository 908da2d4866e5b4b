import { onTestFinished, vi } from 'vitest'
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/emulator.ts'
import { PATIENCE } from '../support/patience.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // What comes back differs from path to path, and tests say what they expect of it.
  readonly body: any // oxlint-disable-line typescript/no-explicit-any
}

/** An emulator that is closed when the test has finished. */
export async function emulate(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await start(options)
  onTestFinished(() => emulator.close())
  return emulator
}

/** An emulator that the caller closes. */
export function start(options: EmulatorOptions = {}): Promise<Emulator> {
  return startEmulator(options).match(
    (emulator) => emulator,
    ({ msg }) => {
      throw new Error(msg)
    },
  )
}

/** Sends a request as any client would: with the emulator's token, and the body as JSON. */
export async function call(emulator: Emulator, method: string, path: string, body?: unknown): Promise<Answer> {
  return send(emulator, path, {
    method,
    headers: { authorization: `Bearer ${emulator.token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
}

/** Sends just this. */
export async function send(emulator: Emulator, path: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(emulator.url + path, init)
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: text === '' ? undefined : JSON.parse(text) }
}

/** A promise and the function that fulfils it, for holding requests. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { opened: promise, open: resolve }
}

/** Waits until an assertion holds, however busy the machine is. */
export async function eventually(assertion: () => void): Promise<void> {
  await vi.waitFor(assertion, PATIENCE)
}

import type { Result } from 'neverthrow'
import type { GatewayError } from './errors.ts'
import { pause } from './wait.ts'

/** Why nothing but probes may leave, and how it is found out that it is over. */
export interface Trouble {
  /** Whether what a probe met is this trouble again. */
  readonly isThis: (error: GatewayError) => boolean
  /** How long until the next probe, in milliseconds. @param probed how many were in vain */
  readonly delayMs: (error: GatewayError, probed: number) => number
  /** So many probes in vain, and what waits is given up. Infinity: never. */
  readonly probes: number
  /** Says so, before the first probe. Left out: there is nothing to say. */
  readonly tell?: (error: GatewayError, delayMs: number) => void
  /** Says now and then that it goes on, so that a log of days shows that somebody is there. @param durationMs since it began */
  readonly remind?: (error: GatewayError, durationMs: number) => void
  /** Looks for another token, before each probe, where that may end it. */
  readonly renew?: () => Promise<unknown>
  /** What those are told that are given up. */
  readonly givenUp: (error: GatewayError) => GatewayError
}

export interface TroubleParts {
  /** Asks the gateway for little, once, without retry. */
  readonly probe: () => Promise<Result<unknown, GatewayError>>
  readonly closing: AbortSignal
  /** A signal that is aborted as soon as there is another token. */
  readonly watchToken: () => AbortSignal
  /** What an error of a probe means, if it is any trouble. */
  readonly troubleOf: (error: GatewayError) => Trouble | undefined
}

/** How it ended. */
export type End =
  | {
      readonly type: 'well'
      /** It was said that it was not. */
      readonly isTold: boolean
      /** It was said of the token. */
      readonly isOfToken: boolean
    }
  | { readonly type: 'given-up'; readonly error: GatewayError }
  /** It does not matter any more. */
  | { readonly type: 'closed' }

type Met = { readonly type: 'met'; readonly error: GatewayError } | { readonly type: 'answered' } | Exclude<End, { type: 'well' }>

/** How often it is said that a trouble goes on, in milliseconds: 24 lines a day. */
const REMIND_EVERY_MS = 3_600_000

/** Sits a trouble out, and whatever other trouble is found behind it. */
export async function sitOut(cause: GatewayError, first: Trouble, parts: TroubleParts): Promise<End> {
  let isTold = false
  let isOfToken = false
  let error = cause
  for (let trouble: Trouble | undefined = first; trouble; trouble = parts.troubleOf(error)) {
    isTold ||= trouble.tell !== undefined
    isOfToken ||= trouble.tell !== undefined && trouble.renew !== undefined
    const met = await sitOne(error, trouble, parts)
    if (met.type === 'answered') break
    if (met.type !== 'met') return met
    error = met.error
  }
  return { type: 'well', isTold, isOfToken }
}

/** @returns `met` for another trouble, and for the same one with another token: that is news */
async function sitOne(cause: GatewayError, { tell, remind, renew, ...trouble }: Trouble, parts: TroubleParts): Promise<Met> {
  const { probe, closing, watchToken } = parts
  let error = cause
  let delayMs = trouble.delayMs(error, 0)
  let token = watchToken()
  const since = performance.now()
  let remindAt = since + REMIND_EVERY_MS
  tell?.(error, delayMs)
  for (let probed = 0; probed < trouble.probes; delayMs = trouble.delayMs(error, ++probed)) {
    await pause(delayMs, closing, renew && token)
    if (closing.aborted) return { type: 'closed' }
    await renew?.()
    const isAnother = token.aborted
    token = watchToken()
    const answer = await probe()
    if (answer.isOk()) return { type: 'answered' }
    error = answer.error
    if (error.type === 'canceled') return { type: 'closed' }
    if (!trouble.isThis(error) || (renew && isAnother)) return { type: 'met', error }
    const now = performance.now()
    if (now < remindAt) continue
    remind?.(error, Math.round(now - since))
    remindAt = now + REMIND_EVERY_MS
  }
  return { type: 'given-up', error: trouble.givenUp(error) }
}

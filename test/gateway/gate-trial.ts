import type { Result } from 'neverthrow'
import type { Kind } from '../../src/gateway/classify.ts'
import type { GatewayError } from '../../src/gateway/errors.ts'
import { Gate } from '../../src/gateway/gate.ts'
import type { SyncEvent } from '../../src/model/events.ts'

export const noConnection: GatewayError = { type: 'unreachable', code: 'ECONNREFUSED', msg: 'connect ECONNREFUSED' }
export const lost: GatewayError = { type: 'lost', code: 'ECONNRESET', msg: 'read ECONNRESET' }
export const refused = (status: number): GatewayError => ({ type: 'refused', status, msg: `answered ${status}` })

/**
 * A gate whose probes get these answers, the last one for ever, with the longest possible waits.
 * @param renews whether looking for another token finds one
 */
export function trial(answers: Result<unknown, GatewayError>[], { probes = Infinity, renews = [] as boolean[] } = {}) {
  const log: string[] = []
  const dropped: GatewayError[] = []
  const started = performance.now()
  const note = (text: string) => log.push(`${Math.round(performance.now() - started)} ${text}`)
  const gate = new Gate({
    probe: () => {
      note('probe')
      return Promise.resolve((answers.length > 1 ? answers.shift() : answers[0])!)
    },
    renew: () => {
      if (renews.shift()) gate.renewed()
      return Promise.resolve()
    },
    hold: (held) => note(held ? 'hold' : 'open'),
    drop: (error) => void dropped.push(error),
    returned: () => note('returned'),
    probes,
    random: () => 1 - Number.EPSILON,
    report: (event: SyncEvent) => note('scope' in event ? `${event.event} for ${event.scope}` : event.event),
  })
  const observe = (error: GatewayError | undefined, kind: Kind = 'read') => gate.observe(error, { kind, epoch: gate.epoch })
  return { gate, log, dropped, observe }
}

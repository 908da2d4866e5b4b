/** The gateway port of one process. */
import { err, ok, type Result, ResultAsync } from 'neverthrow'
import { referencesOf } from '../../../src/gateway/collections.ts'
import type { GatewayError } from '../../../src/gateway/errors.ts'
import { type Gateway, type Removal, type WriteOptions } from '../../../src/gateway/gateway.ts'
import type { Configuration } from '../../../src/model/configuration.ts'
import { encodeMetadata } from '../../../src/model/stamp.ts'
import { fakeGateway } from '../../support/fake-gateway.ts'
import { errorOf, isCarriedOut } from './fates.ts'
import type { Process } from './process.ts'
import type { Sim } from './sim.ts'

/** Who we are to the gateway. */
export const OURS = 'bot_aigw_sync'

export function portOf(sim: Sim, process: Process): Gateway {
  const { account, line, ledger } = sim

  const call = <Value>(label: string, act: () => Result<Value, GatewayError>): ResultAsync<Value, GatewayError> => {
    const { promise, resolve } = Promise.withResolvers<Result<Value, GatewayError>>()
    let result: Result<Value, GatewayError>
    line.add({ by: process, label, takeEffect: () => (result = act()), answer: () => resolve(result) })
    return new ResultAsync(promise)
  }

  const read = <Value>(label: string, look: (lag: number) => Value) =>
    call(label, () => {
      const fate = process.isDead ? 'done' : sim.nextFate()
      const error = typeof fate === 'object' ? undefined : errorOf(fate)
      return error ? err(error) : ok(look(typeof fate === 'object' ? fate.late : 0))
    })

  const write = <Value>(label: string, { signal }: WriteOptions, prepare: () => () => Result<Value, GatewayError>) =>
    call(label, () => {
      if (signal?.aborted) return err<Value, GatewayError>({ type: 'canceled' })
      const commit = prepare()
      const fate = process.isDead ? 'done' : sim.nextFate()
      const error = errorOf(fate)
      if (typeof fate === 'object') line.addLate(fate.late, () => sim.late(commit, label))
      const result = isCarriedOut(fate) ? commit() : undefined
      if (fate !== 'done') sim.line.log.push(`    but: ${JSON.stringify(fate)}`)
      return error ? err<Value, GatewayError>(error) : (result as Result<Value, GatewayError>)
    })

  return {
    sent: 0,
    providerKeys: fakeGateway().providerKeys, // nothing here names one otherwise than by its id
    list: () =>
      read('list', (lag) => account.listed(lag)).map((listed) => {
        process.listed = listed
        return listed
      }),
    find: (id) =>
      read(`find ${id}`, () => {
        const found = account.get(id)
        ledger.looked(process, id, found)
        return found
      }),
    create: (makeDraft, options) => {
      const { listed } = process
      return write(`create ${options.key}`, options, () => {
        const { configuration, stamp } = makeDraft()
        ledger.creating(process, listed, stamp, configuration as Configuration)
        return () => {
          const created = account.create(configuration as Configuration, encodeMetadata(stamp, configuration.metadata), OURS)
          return ok({ configuration: created, attempt: 1 })
        }
      })
    },
    update: (id, patch, options) =>
      write(`update ${id} for ${options.key}: ${JSON.stringify(patch)}`, options, () => {
        ledger.updating(process, id, patch, options.key)
        return () => {
          const configuration = account.update(id, patch, OURS)
          ledger.updated(id)
          return configuration ? ok({ configuration, attempt: 1 }) : err({ type: 'refused', status: 404, msg: 'not found' })
        }
      }),
    remove: (id, options) =>
      write<Removal>(`remove ${id}`, options, () => {
        ledger.removing(process, id, options.key)
        return () => ok(account.remove(id))
      }),
    references: () => read('references', () => referencesOf(account.accessKeys)),
    close: () => Promise.resolve(),
  }
}

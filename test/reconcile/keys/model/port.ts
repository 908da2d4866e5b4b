/** The gateway port of one process: configurations, and the provider keys that their rules refer to. */
import { err, ok, type Result, ResultAsync } from 'neverthrow'
import type { GatewayError } from '../../../../src/gateway/errors.ts'
import type { Gateway, ProviderKeyGateway, RequestOptions } from '../../../../src/gateway/gateway.ts'
import type { Configuration } from '../../../../src/model/configuration.ts'
import type { ResolvedRouter } from '../../../../src/model/resolved.ts'
import { encodeMetadata } from '../../../../src/model/stamp.ts'
import { errorOf, isCarriedOut } from '../../model/fates.ts'
import type { KeyProcess } from './process.ts'
import type { KeySim } from './sim.ts'

/** Who we are to the gateway. */
export const OURS = 'bot_aigw_sync'

const NOT_FOUND: GatewayError = { type: 'refused', status: 404, errorCode: 'ERR_NGROK_27611', msg: 'not found' }
const NO_SUCH_KEY: GatewayError = { type: 'refused', status: 400, errorCode: 'ERR_NGROK_27604', msg: 'no such provider key' }

export function portOf(sim: KeySim, process: KeyProcess): Gateway {
  const calls = callsOf(sim, process)
  const { account, keys } = sim
  return {
    sent: 0,
    providerKeys: keyPortOf(sim, process, calls),
    list: () => calls.read('list', (lag) => account.listed(lag)),
    find: (id) => calls.read(`find ${id}`, () => account.get(id)),
    create: (makeDraft, options) =>
      calls.write(`create ${options.key}`, options, () => {
        const { configuration, stamp } = makeDraft()
        return () => {
          if (!areThere(configuration.router)) return err(NO_SUCH_KEY)
          const told = configuration as Configuration
          return ok({ configuration: account.create(told, encodeMetadata(stamp, told.metadata), OURS), attempt: 1 })
        }
      }),
    update: (id, patch, options) =>
      calls.write(`update ${id} for ${options.key}: ${JSON.stringify(patch)}`, options, () => () => {
        if (!areThere(patch.router ?? undefined)) return err(NO_SUCH_KEY)
        const configuration = account.update(id, patch, OURS)
        return configuration ? ok({ configuration, attempt: 1 }) : err(NOT_FOUND)
      }),
    remove: (id, options) => calls.write(`remove ${id}`, options, () => () => ok(account.remove(id))),
    references: () => calls.read('references', () => new Map()),
    close: () => Promise.resolve(),
  }

  function areThere(router: ResolvedRouter | undefined): boolean {
    return (router?.rules ?? []).every(({ steps }) =>
      steps.every((step) => step.type !== 'user' || step.keys.every(({ id }) => keys.get(id))),
    )
  }
}

type Calls = ReturnType<typeof callsOf>

function callsOf(sim: KeySim, process: KeyProcess) {
  const { line } = sim
  const call = <Value>(label: string, act: () => Result<Value, GatewayError>): ResultAsync<Value, GatewayError> => {
    const { promise, resolve } = Promise.withResolvers<Result<Value, GatewayError>>()
    let result: Result<Value, GatewayError>
    line.add({ by: process, label, takeEffect: () => (result = act()), answer: () => resolve(result) })
    return new ResultAsync(promise)
  }
  return {
    read: <Value>(label: string, look: (lag: number) => Value) =>
      call(label, () => {
        const fate = process.isDead ? 'done' : sim.nextFate()
        const error = typeof fate === 'object' ? undefined : errorOf(fate)
        return error ? err(error) : ok(look(typeof fate === 'object' ? fate.late : 0))
      }),
    /** @param prepare judges it as it leaves */
    write: <Value>(label: string, { signal }: RequestOptions, prepare: () => () => Result<Value, GatewayError>) =>
      call(label, () => {
        if (signal?.aborted) return err<Value, GatewayError>({ type: 'canceled' })
        const commit = prepare()
        const fate = process.isDead ? 'done' : sim.nextFate()
        const error = errorOf(fate)
        if (typeof fate === 'object') line.addLate(fate.late, () => sim.late(commit, label))
        const result = isCarriedOut(fate) ? commit() : undefined
        if (fate !== 'done') line.log.push(`    but: ${JSON.stringify(fate)}`)
        return error ? err<Value, GatewayError>(error) : (result as Result<Value, GatewayError>)
      }),
  }
}

function keyPortOf(sim: KeySim, process: KeyProcess, { read, write }: Calls): ProviderKeyGateway {
  const { keys, ledger } = sim
  return {
    list: () =>
      read('list-keys', (lag) => keys.listed(lag)).map((listed) => {
        ledger.listed(process, listed)
        return listed
      }),
    find: (id) =>
      read(`find-key ${id}`, () => {
        const found = keys.get(id)
        ledger.looked(process, id, found)
        return found
      }),
    create: (makeDraft, options) => {
      const known = ledger.knownBy(process) // when it was decided on
      return write(`create-key ${options.subject.name}`, options, () => {
        const { name, value, stamp } = makeDraft()
        ledger.creating(process, known, name, stamp)
        return () => {
          const providerKey = keys.create({ name, value: value.reveal(), metadata: encodeMetadata(stamp) }, OURS)
          return ok({ providerKey, attempt: 1 })
        }
      }).map((written) => {
        ledger.looked(process, written.providerKey.id, written.providerKey)
        return written
      })
    },
    update: (id, patch, options) =>
      write(`update-key ${id}: ${JSON.stringify(patch)}`, options, () => {
        ledger.changing(process, id, 'update')
        return () => {
          const providerKey = keys.update(id, patch, OURS)
          ledger.changed(id)
          return providerKey ? ok({ providerKey, attempt: 1 }) : err(NOT_FOUND)
        }
      }),
    rotate: (id, makeDraft, options) =>
      write(`rotate-key ${id}`, options, () => {
        const { name, value } = makeDraft()
        ledger.changing(process, id, 'rotate')
        return () => {
          const providerKey = keys.update(id, { name, value: value.reveal() }, OURS)
          ledger.changed(id)
          return providerKey ? ok({ providerKey, attempt: 1 }) : err(NOT_FOUND)
        }
      }),
    remove: (id, options) => {
      const known = ledger.knownBy(process)
      return write(`remove-key ${id}`, options, () => {
        ledger.removing(process, known, id)
        return () => ok(keys.remove(id))
      })
    },
  }
}

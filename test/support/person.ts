/** Somebody who works on the gateway by hand, with a token of their own. */
import type { Emulator, StoredConfiguration } from '../../src/emulator/emulator.ts'
import { decodeMetadata } from '../../src/model/stamp.ts'
import { send } from '../emulator/client.ts'

export interface Person {
  /** The configurations that carry a stamp for the key, newest first. */
  readonly of: (key: string) => readonly StoredConfiguration[]
  /** The one and only. */
  readonly one: (key: string) => StoredConfiguration
  /** Changes fields of a configuration: null clears. */
  readonly edit: (id: string, patch: object) => Promise<void>
  /** @returns its id */
  readonly create: (body: object) => Promise<string>
  readonly remove: (id: string) => Promise<void>
  /** Makes an access key that uses the configuration. @returns its id */
  readonly use: (configurationId: string, name: string) => Promise<string>
  /** Lets an access key use nothing any more. */
  readonly release: (accessKeyId: string) => Promise<void>
}

export const CONFIGURATIONS = '/access-key-configurations'

export function personAt(emulator: Emulator): Person {
  const ask = async (method: string, path: string, body?: object): Promise<string> => {
    const headers = { authorization: 'Bearer person', 'content-type': 'application/json' }
    const answer = await send(emulator, path, { method, headers, ...(body && { body: JSON.stringify(body) }) })
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.text}`)
    return answer.body?.id ?? ''
  }
  const of = (key: string) => emulator.state.configurations.filter(({ metadata }) => decodeMetadata(metadata).stamp?.key === key)
  return {
    of,
    one(key) {
      const [only, ...others] = of(key)
      if (!only || others.length > 0)
        throw new Error(`expected one configuration of ${key}, got ${others.length + (only ? 1 : 0)}`)
      return only
    },
    edit: async (id, patch) => void (await ask('PATCH', `${CONFIGURATIONS}/${id}`, patch)),
    create: (body) => ask('POST', CONFIGURATIONS, body),
    remove: async (id) => void (await ask('DELETE', `${CONFIGURATIONS}/${id}`)),
    use: (accessKeyConfigurationId, name) => ask('POST', '/access-keys', { name, accessKeyConfigurationId }),
    release: async (id) => void (await ask('PATCH', `/access-keys/${id}`, { accessKeyConfigurationId: null })),
  }
}

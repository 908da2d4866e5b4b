import type { Report } from '../model/events.ts'
import type { ObservedProviderKey } from '../model/provider-key.ts'
import { encodeMetadata, type Stamp } from '../model/stamp.ts'
import { providerKeys } from './collections.ts'
import { describeFailure } from './failure.ts'
import type { KeyWriteOptions, ProviderKeyDraft, ProviderKeyGateway, RotationDraft, WrittenKey } from './gateway.ts'
import { KnownPages } from './known-pages.ts'
import type { Answered } from './requests.ts'
import { carries, findOne, hasId, listAll, pathOf, removeOne, writeOne, type Wire, type Write } from './resource.ts'
import { sealBody } from './sealed-body.ts'

/** The account's provider keys over HTTP. */
export function openProviderKeys(wire: Wire): ProviderKeyGateway {
  const { path } = providerKeys
  const listed = { ...providerKeys, pages: new KnownPages<ObservedProviderKey>() }
  const asWrite = (options: KeyWriteOptions) => writeOf(options, wire.report)
  return {
    list: (options = {}) => listAll(wire, listed, options).map(({ items }) => items),
    find: (id, options = {}) => findOne(wire, providerKeys, id, options),
    create(draft, options) {
      let sent: Stamp | undefined
      const made = () => {
        const one = draft()
        sent = one.stamp
        return one
      }
      const body = () => sealBody(made, createBody)
      const request = { method: 'POST', path, body, fits: carries<ObservedProviderKey>(() => sent) } as const
      return writeOne(wire, providerKeys, request, asWrite(options)).map(written)
    },
    update(id, { name, metadata }, options) {
      const body = () => JSON.stringify({ name, metadata })
      const request = { method: 'PATCH', path: pathOf(path, id), body, fits: hasId<ObservedProviderKey>(id) } as const
      return writeOne(wire, providerKeys, request, asWrite(options)).map(written)
    },
    rotate(id, draft, options) {
      const body = () => sealBody(draft, rotateBody)
      const request = { method: 'POST', path: `${pathOf(path, id)}/rotate`, body, fits: hasId<ObservedProviderKey>(id) } as const
      return writeOne(wire, providerKeys, request, asWrite(options)).map(written)
    },
    remove: (id, options) => removeOne(wire, providerKeys, id, asWrite(options)),
  }
}

/** `AIGatewayProviderAPIKeyCreate` of the API document. */
function createBody({ provider, name, stamp }: ProviderKeyDraft, value: string): object {
  return { providerId: provider, name, value, metadata: encodeMetadata(stamp) }
}

/** `AIGatewayProviderAPIKeyRotate` of the API document. */
function rotateBody({ name }: RotationDraft, value: string): object {
  return { name, value }
}

function writeOf({ subject: { provider, name }, ...options }: KeyWriteOptions, report: Report): Write {
  return {
    ...options,
    retrying: (error, attempt, delayMs) =>
      report({ event: 'provider-key.retrying', provider, name, attempt, delayMs, ...describeFailure(error) }),
  }
}

function written({ value, attempt }: Answered<ObservedProviderKey>): WrittenKey {
  return { providerKey: value, attempt }
}

/** Entries that declare provider keys by name, as parsing would make them. */
import type { StepKey } from '../../src/model/configuration.ts'
import { contentDigest } from '../../src/model/digest.ts'
import type { Entry } from '../../src/model/entry.ts'
import type { ObservedConfiguration } from '../../src/model/observed.ts'
import type { ManagedKeyUse } from '../../src/model/provider-key.ts'
import { secretRecord } from '../../src/plan/keys/records.ts'
import type { Seal } from '../../src/model/secret.ts'
import { Secret } from '../../src/model/secret.ts'
import { sealOf } from '../../src/secrets/seal.ts'
import { entryOf, observedOf } from './states.ts'

export const VALUE = 'sk-0123456789abcdefghij-AAAA'
export const OTHER_VALUE = 'sk-zyxwvutsrqponmlkjihg-BBBB'

/** Where the value of `prod` is, and of others by their names. */
export const PROD = { $env: 'PROD' } as const
export const PROD_TEXT = 'secret.env("PROD")'

/** An entry whose only rule tries these keys for openai, in order. */
export function keyed(key: string, ...keys: readonly StepKey[]): Entry {
  const steps = [{ type: 'user', keys: keys as [StepKey, ...StepKey[]] }] as const
  const { configuration } = entryOf(key, { router: { rules: [{ provider: 'openai', steps }] } })
  const managedKeys = keys.flatMap(({ name, value }, index): ManagedKeyUse[] =>
    name === undefined || value === undefined
      ? []
      : [{ provider: 'openai', name, path: `router.rules[0].steps[0].keys[${index}].value`, secret: value }],
  )
  return { ...entryOf(key), configuration, digest: contentDigest(configuration), ...(managedKeys.length > 0 && { managedKeys }) }
}

/** An entry that declares `prod` as its own. */
export function managing(key: string, secret: ManagedKeyUse['secret'] = PROD, name = 'prod'): Entry {
  return keyed(key, { name, value: secret as typeof PROD })
}

/** A configuration whose only rule refers to provider keys by their ids. */
export function referring(id: string, key: string, ...providerKeys: readonly string[]): ObservedConfiguration {
  const keys = providerKeys.map((each) => ({ id: each, name: each, keyRedacted: '***' }))
  const router = { rules: [{ provider: 'openai', steps: [{ type: 'user', keys }] }] }
  return { ...observedOf(id, entryOf(key)), ...(keys.length > 0 && { router }) }
}

export function seal(value: string): Seal {
  return sealOf(new Secret(value, 'a test'))
}

/** What the lockfile says of an entry that declares `prod`, once a value was applied to it. */
export function appliedWith(entry: Entry, id: string, providerKey: string, value = VALUE) {
  const record = secretRecord(providerKey, seal(value).fingerprint(`nonce-of-${providerKey}`))
  const secrets = Object.fromEntries((entry.managedKeys ?? []).map(({ path }) => [path, record]))
  return { id, digest: entry.digest, secrets }
}

/** Entries that bring a provider's key of their own, to be put into files. */
import type { Emulator, StoredProviderKey } from '../../src/emulator/emulator.ts'
import { call } from '../emulator/client.ts'

/** A configuration whose rule for a provider uses this key first. */
export function withKey(name: string, value?: unknown, provider = 'openai'): object {
  const keys = [{ name, ...(value !== undefined && { value }) }]
  const rules = [{ provider, steps: [{ type: 'user', keys }, { type: 'ngrok' }] }]
  return { name, access: { models: { allow: ['openai/gpt-4o'] } }, router: { rules } }
}

/** The same without any key. */
export function withoutKey(name: string): object {
  return {
    name,
    access: { models: { allow: ['openai/gpt-4o'] } },
    router: { rules: [{ provider: 'openai', steps: [{ type: 'ngrok' }] }] },
  }
}

/** The one and only provider key of a name. */
export function oneKey({ state }: Emulator, name: string): StoredProviderKey {
  const found = state.providerKeys.filter((each) => each.name === name)
  if (found.length !== 1 || !found[0]) throw new Error(`expected one provider key ${name}, got ${found.length}`)
  return found[0]
}

/** Gives a provider key another value behind our back. */
export async function rotateByHand(emulator: Emulator, id: string, name: string, value: string): Promise<void> {
  await call(emulator, 'POST', `/provider-keys/${id}/rotate`, { name, value })
}

/** Adds a provider key that is nobody's. @returns its id */
export async function addKeyByHand(emulator: Emulator, name: string, value: string): Promise<string> {
  const { body } = await call(emulator, 'POST', '/provider-keys', { providerId: 'openai', name, value })
  return (body as { readonly id: string }).id
}

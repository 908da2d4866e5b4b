import type { ManagedKey, StepKey, UserStep } from '../../model/configuration.ts'
import { providerOfModel } from '../../model/provider-key.ts'
import { complain, expected, itemOf, propertyOf, secretPlace } from './place.ts'
import type { Place } from './place.ts'
import { secretSource } from './secret.ts'
import { isObject, list, object } from './shapes.ts'
import type { Read } from './shapes.ts'
import { show } from './show.ts'
import { text } from './text.ts'

/** `maxLength` of the name of a provider key in the API document. */
const NAME_LIMIT = 255

/** The keys of a `user` step. A key's value may have been pasted anywhere in them, so that no message repeats what came. */
export const stepKeys: Read<UserStep['keys']> = (place, value) => {
  if (!Array.isArray(value)) return expected(secretPlace(place), 'a list of keys', value, LIST_WAY_OUT)
  return list('keys', stepKey, true)(secretPlace(place), value) as UserStep['keys'] | undefined
}

const LIST_WAY_OUT = 'write keys: [{ name: "…", value: secret.env("…") }], for example'

const stepKey: Read<StepKey> = (place, value) => {
  if (!isObject(value)) return expected(place, 'a provider key', value, WAY_OUT)
  const [id, name, managed] = ['id', 'name', 'value'].map((property) => has(value, property))
  if (id === true && (name === true || managed === true)) {
    return complain(place, 'a provider key goes by its id or by its name, not by both', 'leave out one of them')
  }
  if (id === true) return object<{ id: string }>('a stored provider key', { id: keyId }, ['id'], NEAR)(place, value)
  if (managed === true) return managedKey(place, value)
  if (name === true)
    return object<{ name: string }>('a provider key by its name', { name: keyName }, ['name'], NEAR)(place, value)
  return complain(place, 'expected a provider key, got an object that names none', WAY_OUT)
}

/** `{ name, vlaue }` is none that goes by its name. */
const NEAR = { near: ['id', 'name', 'value'] }

const WAY_OUT = 'write { id: "aigpk_…" }, { name: "…" }, or { name: "…", value: secret.env("…") } for one that is made for you'

/**
 * The types of a configuration are what people may write, so that a value in a module is red in the editor. Where the settings
 * allow one, it stands in the same place, and shows itself as little as a reference does.
 */
const managedKey: Read<ManagedKey> = (place, value) => {
  const readers = { name: keyName, value: secretSource as Read<ManagedKey['value']> }
  return object<Pick<ManagedKey, 'name' | 'value'>>(
    'a provider key with its value',
    readers,
    ['name', 'value'],
    NEAR,
  )(place, value)
}

const keyName = text('the name of a provider key', { atLeast: 1, atMost: NAME_LIMIT, name: true })

/** An id tells itself apart from a key's value by its beginning: a value pasted here must not travel any further. */
const keyId: Read<string> = (place, value) =>
  typeof value === 'string' && /^aigpk_[\w-]+$/.test(value)
    ? value
    : expected(place, 'the id of a stored provider key, aigpk_…', value)

function has(value: Readonly<Record<string, unknown>>, property: string): boolean {
  return Object.hasOwn(value, property) && value[property] !== undefined
}

/**
 * A name is one of a provider: refuses names where a rule does not say by its own name which provider that is. Looks at what was
 * written, so that a rule with another fault counts as well.
 */
export function checkNamedKeys(place: Place, rule: Readonly<Record<string, unknown>>): void {
  const fault = providerFault(rule)
  if (fault === undefined) return
  for (const key of namedKeys(place, rule['steps'])) complain(key, fault.what, fault.wayOut)
}

interface Fault {
  readonly what: string
  readonly wayOut: string
}

function providerFault({ provider, model }: Readonly<Record<string, unknown>>): Fault | undefined {
  const ofModel = typeof model === 'string' ? providerOfModel(model) : undefined
  const ofRule = typeof provider === 'string' ? provider : ofModel
  if (ofRule?.startsWith('aigp_') === true) {
    return {
      what: "a provider key's name is looked up by the provider's own name, which this rule does not say",
      wayOut: 'write its providerId instead of its id (aigp_…), or { id: "aigpk_…" } for the key',
    }
  }
  if (ofModel === undefined || ofRule === ofModel) return undefined
  return {
    what: `expected one provider for a provider key that goes by its name, got ${show(ofRule)} and ${show(ofModel)} of the model`,
    wayOut: 'let both say the same, or write { id: "aigpk_…" } for the key',
  }
}

function namedKeys(rule: Place, steps: unknown): readonly Place[] {
  const each = itemsOf(propertyOf(rule, 'steps'), steps)
  const keys = each.flatMap(([place, step]) => (step['type'] === 'user' ? itemsOf(propertyOf(place, 'keys'), step['keys']) : []))
  return keys.filter(([, key]) => has(key, 'name')).map(([place]) => secretPlace(place))
}

function itemsOf(place: Place, value: unknown): readonly (readonly [Place, Readonly<Record<string, unknown>>])[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((item: unknown, index) => (isObject(item) ? [[itemOf(place, index), item] as const] : []))
}

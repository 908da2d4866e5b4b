import type { NgrokStep, Router, RouterRule, RouterStep, RouterSteps, UserStep } from '../../model/configuration.ts'
import { exactName } from './names.ts'
import { nearest } from './advice.ts'
import { complain, expected, itemOf, nameOf, propertyOf } from './place.ts'
import type { Place } from './place.ts'
import { isObject, list, object, oneOf } from './shapes.ts'
import type { Read } from './shapes.ts'
import { show } from './show.ts'
import { checkNamedKeys, stepKeys } from './step-keys.ts'

/** Routing rules, held also to what the API document says of them only in words. */
export const router: Read<Router> = (place, value) =>
  object<Router>('a router', { rules }, [], { wayOut: 'write { rules: [ … ] }' })(place, value)

const rules: Read<readonly RouterRule[]> = (place, value) => {
  const read = list('rules', rule)(place, value)
  if (Array.isArray(value)) refuseRepeated(place, value)
  return read
}

const rule: Read<RouterRule> = (place, value) => {
  if (isObject(value) && value['provider'] === undefined && value['model'] === undefined) {
    complain(place, 'expected a rule for a provider, a model or both, got neither', 'write provider: "openai", for example')
  }
  const readers = { provider: exactName('a provider'), model: qualifiedModel, steps }
  const wayOut = 'write { provider: "openai", steps: [{ type: "ngrok" }] }, for example'
  const read = object<RouterRule>('a rule', readers, ['steps'], { wayOut })(place, value)
  if (isObject(value)) checkNamedKeys(place, value)
  return read
}

const qualifiedModel: Read<string> = (place, value) => {
  const model = exactName('a model')(place, value)
  if (model === undefined || /^[^:]+:./.test(model)) return model
  const wayOut = `write ${show(withProvider(model))}, or with another provider that serves it`
  return expected(place, 'a model id with its provider', model, wayOut)
}

function withProvider(model: string): string {
  const bare = model.replaceAll(/^:|:$/g, '')
  const [, author = 'openai'] = /^([^/]+)\//.exec(bare) ?? []
  return `${author}:${bare}`
}

const steps: Read<RouterSteps> = (place, value) => {
  if (value === undefined) return expected(place, 'a list of steps', value, 'write steps: [{ type: "ngrok" }], for example')
  return list('steps', step, true)(place, value) as RouterSteps | undefined
}

const step: Read<RouterStep> = (place, value) => {
  if (!isObject(value)) return expected(place, 'a step', value, 'write { type: "ngrok" }, for example')
  const type = stepType(place, value)
  if (type === undefined) return undefined
  return type === 'user' ? userStep(place, value) : ngrokStep(place, value)
}

function stepType(place: Place, written: Readonly<Record<string, unknown>>): RouterStep['type'] | undefined {
  const { type, keys } = written
  const there = propertyOf(place, 'type', true)
  if (type !== undefined) return oneOf('user', 'ngrok')(there, type)
  const misspelt = Object.keys(written).find((name) => nearest(name, ['type', 'keys', 'keySelectionStrategy']) === 'type')
  if (misspelt === undefined) {
    return expected(there, '"user" or "ngrok"', type, keys === undefined ? undefined : 'write type: "user" beside its keys')
  }
  return complain(nameOf(propertyOf(place, misspelt)), `${show(misspelt)} is no property of a step`, 'did you mean type?')
}

const userStep: Read<UserStep> = (place, value) => {
  const readers = { type: oneOf('user'), keys: stepKeys, keySelectionStrategy: oneOf('ordered') }
  return object<UserStep>('a user step', readers, ['type', 'keys'])(place, value)
}

const ngrokStep: Read<NgrokStep> = (place, value) => {
  const readers = { type: oneOf('ngrok'), keys: notOfNgrok, keySelectionStrategy: notOfNgrok }
  return object<NgrokStep & Record<'keys' | 'keySelectionStrategy', never>>('an ngrok step', readers, ['type'])(place, value)
}

const notOfNgrok: Read<never> = (place) =>
  complain(place, "an ngrok step has no keys, it uses ngrok's credentials", 'leave this out, or make it a step of type "user"')

/** At most one rule for a provider as a whole. Looks at what was written, so that a rule with another fault counts as well. */
function refuseRepeated(place: Place, written: readonly unknown[]): void {
  const seen = new Map<string, number>()
  for (const [index, value] of written.entries()) {
    if (!isObject(value) || typeof value['provider'] !== 'string' || value['model'] !== undefined) continue
    const { provider } = value
    const earlier = seen.get(provider)
    if (earlier === undefined) seen.set(provider, index)
    else {
      const wayOut = 'join their steps, or name a model in one of them'
      complain(itemOf(place, index), `expected one rule for ${show(provider)}, got another as rules[${earlier}]`, wayOut)
    }
  }
}

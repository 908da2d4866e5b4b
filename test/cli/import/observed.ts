/** Configurations as a gateway lists them, ordinary ones and hostile ones. */
import * as fc from 'fast-check'
import type { Candidate } from '../../../src/cli/import/select.ts'
import type { Configuration, Router } from '../../../src/model/configuration.ts'
import type { ObservedConfiguration, ObservedRouter } from '../../../src/model/observed.ts'
import { decodeMetadata } from '../../../src/model/stamp.ts'
import { anyText, configuration } from '../../model/arbitraries.ts'

/** @param id also its age: a smaller one is older */
export function listed(id: string, fields: Partial<ObservedConfiguration> = {}): ObservedConfiguration {
  const { stamp } = decodeMetadata(fields.metadata)
  const times = { createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z', lastUpdatedBy: 'usr_1' }
  return { id, name: id, ...times, ...fields, ...(stamp && { stamp }) }
}

export function unowned(id: string, fields: Partial<ObservedConfiguration> = {}): Candidate {
  return { configuration: listed(id, fields), isProtected: false }
}

export function owned(id: string, key: string, fields: Partial<ObservedConfiguration> = {}): Candidate {
  return { ...unowned(id, fields), key }
}

/** What could end a string, a comment or a line, or begin code. */
const HOSTILE =
  '\' | " | ` | \\ | ${a} | */ | /* | // | \n | \r | \u2028 | \u2029 | \0 | \u202e | \ufeff | \u0085 | \u{e0041} | </script> | ' +
  "');process.exit(9);// | <!-- | --> | __proto__ | constructor | })"

const hostilePiece = fc.constantFrom(...HOSTILE.split(' | '))

export const hostileText = fc.array(fc.oneof(hostilePiece, anyText), { maxLength: 8 }).map((pieces) => pieces.join(''))

/** What a parser lets through as a name. */
const hostileName = hostileText.map(
  (text) =>
    text
      .replaceAll(/\p{Cc}/gu, '')
      .slice(0, 200)
      .toWellFormed()
      .trim() || 'x',
)

/** Nothing in it but what can be declared. */
export const hostileConfiguration: fc.Arbitrary<ObservedConfiguration> = fc
  .record({
    declared: configuration.filter(hasOneRuleForAProvider),
    id: fc.stringMatching(/^aigac_[a-z0-9]{8}$/),
    name: hostileName,
    description: hostileText.map((text) => text.slice(0, 200).toWellFormed()),
    model: hostileName,
    keyName: hostileText,
  })
  .map(({ declared, id, name, description, model, keyName }) => {
    const { metadata, access, router } = declared
    const text = typeof metadata === 'object' ? JSON.stringify(metadata) : metadata
    return listed(id, {
      name,
      description,
      ...(text !== undefined && { metadata: text }),
      access: { ...access, models: { allow: [model, ...(access?.models?.allow ?? [])] } },
      ...(router && { router: observedRouter(router, keyName) }),
    })
  })
  .filter(({ metadata = '' }) => !metadata.includes('aigw-sync'))

function hasOneRuleForAProvider({ router }: Configuration): boolean {
  return (router?.rules ?? []).filter(({ provider, model }) => provider !== undefined && model === undefined).length < 2
}

/** As the gateway shows it: keys with their names, and with a value that must not go anywhere. */
function observedRouter({ rules = [] }: Router, keyName: string): ObservedRouter {
  return {
    rules: rules.map((rule) => ({
      ...rule,
      steps: rule.steps.map((step) =>
        step.type === 'user'
          ? { ...step, keys: step.keys.map(({ id = '' }) => ({ id, name: keyName, keyRedacted: 'sk-canary***' })) }
          : step,
      ),
    })),
  }
}

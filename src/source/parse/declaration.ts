import type { Access, Declaration } from '../../model/configuration.ts'
import { ownKey, exactName } from './names.ts'
import { metadata } from './metadata.ts'
import { router } from './router.ts'
import { expected } from './place.ts'
import { flag, list, object } from './shapes.ts'
import type { Read } from './shapes.ts'
import { text } from './text.ts'

/** `maxLength` of name and description in the API document. */
const TEXT_LIMIT = 255

const ALLOW = { wayOut: 'write { allow: [ … ] }' }

const access: Read<Access> = object<Access>(
  'an access scope',
  {
    providers: object('what is allowed of providers', { allow: list('providers', exactName('a provider')) }, [], ALLOW),
    models: object('what is allowed of models', { allow: list('models', exactName('a model')) }, [], ALLOW),
  },
  [],
  { wayOut: 'write { providers: { allow: [ … ] }, models: { allow: [ … ] } }' },
)

const configurationId: Read<string> = (place, value) =>
  typeof value === 'string' && /^aigac_[\w-]+$/.test(value)
    ? value
    : expected(place, 'the id of a configuration on the gateway, aigac_…', value)

const readers = {
  name: text('a name', { atLeast: 1, atMost: TEXT_LIMIT, name: true }),
  description: text('a description', { atMost: TEXT_LIMIT }),
  metadata,
  access,
  router,
  key: ownKey,
  protect: flag,
  renamedFrom: ownKey,
  adopt: configurationId,
}

/** One configuration as a module declares it. */
export const declaration: Read<Declaration> = object<Declaration>('a configuration', readers, ['name'])

/** The names that a module may use in a configuration, and so cannot mean one of several by. */
export const declarationProperties: ReadonlySet<string> = new Set(Object.keys(readers))

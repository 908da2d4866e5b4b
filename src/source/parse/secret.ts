import { OWN_TOKEN } from '../../model/own-token.ts'
import { Secret, type SecretSource } from '../../model/secret.ts'
import { complain, expected, propertyOf } from './place.ts'
import type { Place } from './place.ts'
import { isObject } from './shapes.ts'
import type { Read } from './shapes.ts'

/**
 * The value of a provider key: where it is. Whatever came may be the value itself, also in place of a variable's name: the place is
 * a secret one.
 */
export const secretSource: Read<SecretSource> = (place, value) => {
  if (typeof value === 'string') return plainSecret(place, value)
  if (!isObject(value)) return expected(place, 'a reference to a secret', value, WAY_OUT)
  const [way, ...more] = WAYS.filter((name) => Object.hasOwn(value, name) && value[name] !== undefined)
  if (way === undefined) return complain(place, 'expected a reference to a secret, got an object that is none', WAY_OUT)
  if (more.length > 0) return complain(place, `expected one place of a secret, got ${[way, ...more].join(' and ')}`, 'choose one')
  if (Object.keys(value).length > 1) return complain(place, `expected nothing beside ${way}, got more properties`, WAY_OUT)
  return references[way](propertyOf(place, way, true), value[way])
}

const WAY_OUT =
  'say where it is, with secret.env("NAME"), secret.file("PATH") or secret.credential("NAME"); ' +
  'in JSON and YAML { "$env": "NAME" }, { "$file": "PATH" } or { "$credential": "NAME" }'

function plainSecret(place: Place, value: string): SecretSource | undefined {
  if (!place.plainSecrets) return complain(place, 'the value of a provider key never belongs in a module', WAY_OUT)
  if (value === '') return complain(place, 'expected the value of a provider key, got an empty text', WAY_OUT)
  return { $plain: new Secret(value, 'a module') }
}

const $env: Read<SecretSource> = (place, value) => {
  if (typeof value !== 'string' || !/^[A-Za-z_]\w*$/.test(value)) {
    return expected(place, 'the name of an environment variable: letters, digits and _, no digit first', value)
  }
  return OWN_VARIABLES.has(value) ? refuseOwnToken(place) : { $env: value }
}

const $file: Read<SecretSource> = (place, value) => {
  if (typeof value !== 'string') return expected(place, 'the path of a file', value)
  if (value === '') return complain(place, 'expected the path of a file, got an empty text')
  if (value.includes('\0') || !value.isWellFormed()) {
    return complain(place, 'expected the path of a file, got text that no path can have in it')
  }
  return { $file: value }
}

/** After systemd, which takes what can be the name of a file. */
const $credential: Read<SecretSource> = (place, value) => {
  const isName = typeof value === 'string' && /^[^/\p{Cc}\p{Cs}]{1,255}$/u.test(value) && value !== '.' && value !== '..'
  if (!isName) return expected(place, 'the name of a systemd credential: 1 to 255 characters that can name a file', value)
  return value === OWN_TOKEN.credential ? refuseOwnToken(place) : { $credential: value }
}

const references = { $env, $file, $credential } as const

const WAYS = Object.keys(references) as readonly (keyof typeof references)[]

const OWN_VARIABLES: ReadonlySet<string> = new Set([OWN_TOKEN.variable, OWN_TOKEN.fileVariable])

function refuseOwnToken(place: Place): undefined {
  return complain(
    place,
    'this is where the token of aigw-sync itself is, which would be handed to a provider',
    "name the place of the provider's key",
  )
}

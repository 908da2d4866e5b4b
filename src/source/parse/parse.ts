import { err, ok } from 'neverthrow'
import type { Result } from 'neverthrow'
import { isUnrestricted } from '../../model/access.ts'
import type { Declaration } from '../../model/configuration.ts'
import { contentDigest } from '../../model/digest.ts'
import type { Entry } from '../../model/entry.ts'
import type { ManagedKeyUse } from '../../model/provider-key.ts'
import { entryKey } from '../folder/rules.ts'
import { declaration, declarationProperties } from './declaration.ts'
import { managedKeysOf, refuseContradictions } from './managed-keys.ts'
import { checkMetadataSize } from './metadata.ts'
import { keyFromPath, memberName } from './names.ts'
import { complain, expected, nameOf, propertyOf, startPlace } from './place.ts'
import type { Complaint, Complaints, Place } from './place.ts'
import { isObject, isTooMany } from './shapes.ts'

/** What a module's default export came to. */
export interface ModuleValue {
  /** The module's path below the folder, with extension and forward slashes. */
  readonly file: string
  /** Plain data. */
  readonly value: unknown
  /** Whether the module said so with `defineConfigs`; otherwise the value tells. */
  readonly several: boolean
}

export interface ParseOptions {
  /** Whose stamp has to fit beside the metadata. */
  readonly owner: string
  /** An entry without `access` is an error. */
  readonly requireAccess: boolean
  /** The value of a provider key may stand in a module. */
  readonly plainSecrets: boolean
}

/**
 * The entries that a module declares: one, or several by name. Two of them may have one key; that is for the folder to judge.
 * @returns err with all that is wrong with the module: the first 50 problems, and how many more
 */
export function parseModule(module: ModuleValue, options: ParseOptions): Result<readonly Entry[], readonly Complaint[]> {
  const start = startPlace(options.plainSecrets)
  const read = readMembers(start, module, options)
  if (start.complaints.total > 0) return err(told(start.complaints))
  return ok(read.filter((member) => member !== undefined).map((member) => entry(module.file, member)))
}

/** A declaration and the key it goes by. */
interface Keyed {
  readonly key: string
  readonly declared: Declaration
  readonly managedKeys: readonly ManagedKeyUse[]
}

function readMembers(start: Place, module: ModuleValue, options: ParseOptions): readonly (Keyed | undefined)[] {
  const { file, value } = module
  if (!isObject(value)) return [refuseWhole(start, value)]
  if (!isSeveral(module, value)) return [readMember(start, value, entryKey(file), options)]
  if (isTooMany(start, 'configurations in a module', Object.keys(value).length)) return []
  return Object.entries(value).map(([name, member]) => {
    const place = propertyOf(start, name)
    const suffix = memberName(nameOf(place), name)
    return readMember(place, member, suffix && `${entryKey(file)}#${suffix}`, options)
  })
}

function refuseWhole(start: Place, value: unknown): undefined {
  const wayOut = Array.isArray(value)
    ? 'give each a name with defineConfigs({ web: { … } }), a place in a list does not last'
    : undefined
  return expected(start, 'one configuration, or several by name', value, wayOut)
}

/** Data formats cannot call `defineConfigs`: an object of nothing but objects, none named like a property of a configuration. */
function isSeveral({ several }: ModuleValue, value: Readonly<Record<string, unknown>>): boolean {
  if (several) return true
  const names = Object.keys(value)
  return names.length > 0 && names.every((name) => isObject(value[name]) && !declarationProperties.has(name))
}

function readMember(place: Place, value: unknown, pathKey: string | undefined, options: ParseOptions): Keyed | undefined {
  const before = place.complaints.total
  const declared = declaration(place, value)
  const isWhole = place.complaints.total === before
  if (declared === undefined) return undefined
  const key = declared.key ?? (pathKey && keyFromPath(place, pathKey))
  if (key === undefined) return undefined
  if (declared.metadata !== undefined) checkMetadataSize(propertyOf(place, 'metadata'), declared.metadata, options.owner, key)
  if (options.requireAccess && isUnrestricted(declared.access)) refuseOpenAccess(place)
  if (declared.renamedFrom === key) {
    complain(propertyOf(place, 'renamedFrom'), 'expected the key it had before, got its present one')
  }
  const managedKeys = isWhole ? managedKeysOf(declared) : []
  refuseContradictions(place, managedKeys)
  return { key, declared, managedKeys }
}

function refuseOpenAccess(place: Place): void {
  const wayOut = 'without it keys may reach every provider and model, and the setting requireAccess forbids that'
  expected(propertyOf(place, 'access'), 'an access scope that restricts providers or models', undefined, wayOut)
}

function entry(source: string, { key, declared, managedKeys }: Keyed): Entry {
  const { key: _ownKey, protect = false, renamedFrom, adopt, ...configuration } = declared
  const digest = contentDigest(configuration)
  const managed = managedKeys.length > 0 && { managedKeys }
  const said = { ...(renamedFrom !== undefined && { renamedFrom }), ...(adopt !== undefined && { adopt }) }
  return { key, source, configuration, digest, ...managed, protect, ...said }
}

function told({ first, total, secret }: Complaints): readonly Complaint[] {
  const more = total - first.length
  if (more === 0) return first
  return [...first, { path: '', keys: [], about: 'rest', msg: `and ${more} more problems like these`, secret }]
}

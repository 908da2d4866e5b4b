import type { JsonObject } from '../model/configuration.ts'
import type { ContentField } from '../model/content.ts'
import type { ObservedConfiguration } from '../model/observed.ts'
import type { ResolvedConfiguration, ResolvedKey } from '../model/resolved.ts'
import { decodeMetadata } from '../model/stamp.ts'

/** What a configuration says, as it may be shown: the API document's shapes, null where it says nothing, of keys only which they are. */
export interface Shown {
  readonly name: string
  readonly description: string | null
  /** The user's own, without the stamp. */
  readonly metadata: string | JsonObject | null
  /** Null: every provider and model may be reached. */
  readonly access: ShownAccess | null
  /** Null: the gateway's default routing. */
  readonly router: { readonly rules: readonly ShownRule[] } | null
}

/** A dimension that is left out is not restricted; one that allows no name allows nothing. */
export interface ShownAccess {
  readonly providers?: { readonly allow: readonly string[] }
  readonly models?: { readonly allow: readonly string[] }
}

export interface ShownRule {
  readonly provider?: string
  readonly model?: string
  readonly steps: readonly ShownStep[]
}

export interface ShownStep {
  readonly type: string
  readonly keys?: readonly ShownKey[]
}

/** By its id; one that is still to be made has none, and goes by the name it is to have. */
export type ShownKey = { readonly id: string } | { readonly id: null; readonly name: string }

/** A field, and what it says before and after a change; before is null for what is to be created. */
export type Difference = {
  readonly [Field in ContentField]: { readonly field: Field; readonly before: Shown[Field] | null; readonly after: Shown[Field] }
}[ContentField]

/** What a change does to the fields it names. @param observed left out for what is to be created */
export function differences(
  fields: readonly ContentField[],
  declared: ResolvedConfiguration,
  observed: ObservedConfiguration | undefined,
): readonly Difference[] {
  const after = shown(declared)
  const before = observed && shown(observed)
  return fields.map((field) => ({ field, before: before?.[field] ?? null, after: after[field] }) as Difference)
}

export function shown(configuration: ResolvedConfiguration | ObservedConfiguration): Shown {
  const { name, description, access, router } = configuration
  return {
    name,
    description: description || null,
    metadata: metadata(configuration),
    access: scope(access),
    router: routing(router),
  }
}

function metadata(configuration: ResolvedConfiguration | ObservedConfiguration): Shown['metadata'] {
  const user = 'id' in configuration ? decodeMetadata(configuration.metadata).user : configuration.metadata
  return typeof user === 'object' && Object.keys(user).length === 0 ? null : user || null
}

function scope(access: ResolvedConfiguration['access'] | ObservedConfiguration['access']): Shown['access'] {
  const providers = access?.providers?.allow
  const models = access?.models?.allow
  if (!providers && !models) return null
  return { ...(providers && { providers: { allow: providers } }), ...(models && { models: { allow: models } }) }
}

function routing(router: ResolvedConfiguration['router'] | ObservedConfiguration['router']): Shown['router'] {
  const rules: readonly AnyRule[] | undefined = router?.rules
  return rules?.length ? { rules: rules.map(rule) } : null
}

interface AnyRule extends Omit<ShownRule, 'steps'> {
  readonly steps: readonly { readonly type: string; readonly keys?: readonly ResolvedKey[] }[]
}

/** Names each property: what comes to a rule or a key later, a value among it, is not shown by itself. */
function rule({ provider, model, steps }: AnyRule): ShownRule {
  return {
    ...(provider !== undefined && { provider }),
    ...(model !== undefined && { model }),
    steps: steps.map(({ type, keys }) => ({ type, ...(keys?.length && { keys: keys.map(keyOf) }) })),
  }
}

function keyOf({ id, pending }: ResolvedKey): ShownKey {
  return pending ? { id: null, name: pending.name } : { id }
}

import type { Json } from '../../model/configuration.ts'
import { isUnrestricted } from '../../model/access.ts'
import type { ResolvedKey, ResolvedRule } from '../../model/resolved.ts'
import type { ExistingDeclaration } from './declare.ts'
import { type Group, type Item, layOut, type Part } from './layout.ts'
import { propertyName, quote } from './literal.ts'
import { remark } from './remark.ts'

/** A declaration to write down, and what makes it easier to read. */
export interface Wording {
  readonly declaration: ExistingDeclaration
  /** What provider keys are called, by their ids. */
  readonly keyNames: ReadonlyMap<string, string>
}

const UNRESTRICTED = 'Without `access`, keys reach every provider and model.'

/** A module that declares one configuration. */
export function moduleOfOne(wording: Wording): string {
  const said = isUnrestricted(wording.declaration.access) ? `// ${UNRESTRICTED}\n` : ''
  return `import { defineConfig } from 'aigw-sync'\n\n${said}export default defineConfig(${layOut(declarationPart(wording))})\n`
}

/** A module that declares several, by name. */
export function moduleOfSeveral(members: readonly (readonly [name: string, wording: Wording])[]): string {
  const items = members.map(([name, wording]): Item => {
    const item = { name: propertyName(name), part: declarationPart(wording) }
    return isUnrestricted(wording.declaration.access) ? { ...item, above: UNRESTRICTED } : item
  })
  const whole: Group = { brackets: '{}', items, broken: true, apart: true }
  return `import { defineConfigs } from 'aigw-sync'\n\nexport default defineConfigs(${layOut(whole)})\n`
}

/** In the order in which people think of it. */
function declarationPart({ declaration, keyNames }: Wording): Group {
  const { name, description, adopt, key, protect, metadata, access, router } = declaration
  const rules = router?.rules?.map((rule) => rulePart(rule, keyNames))
  const items = [
    ...plainItems({ name, description, adopt, key, protect, metadata, access } as Record<string, Json | undefined>),
    ...(rules
      ? [{ name: 'router', part: objectPart([{ name: 'rules', part: listPart(rules.map((part) => ({ part }))) }]) }]
      : []),
  ]
  return { brackets: '{}', items, broken: true }
}

function rulePart({ provider, model, steps }: ResolvedRule, keyNames: Wording['keyNames']): Part {
  const parts = steps.map((step) => ({ part: stepPart(step, keyNames) }))
  return objectPart([...plainItems({ provider, model }), { name: 'steps', part: listPart(parts) }])
}

function stepPart(step: ResolvedRule['steps'][number], keyNames: Wording['keyNames']): Part {
  if (step.type === 'ngrok') return plainPart({ type: step.type })
  const keys = step.keys.map((key) => keyItem(key, keyNames.get(key.id)))
  return objectPart([...plainItems({ type: step.type }), { name: 'keys', part: listPart(keys) }])
}

function keyItem({ id }: ResolvedKey, name: string | undefined): Item {
  const behind = name === undefined ? undefined : remark(name)
  return { part: plainPart({ id }), ...(behind !== undefined && { behind }) }
}

function plainPart(value: Json): Part {
  if (typeof value === 'string') return quote(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (isList(value)) return listPart(value.map((item) => ({ part: plainPart(item) })))
  return objectPart(plainItems(value))
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

function plainItems(value: Readonly<Record<string, Json | undefined>>): readonly Item[] {
  return Object.entries(value).flatMap(([name, member]) =>
    member === undefined ? [] : [{ name: propertyName(name), part: plainPart(member) }],
  )
}

function objectPart(items: readonly Item[]): Group {
  return { brackets: '{}', items }
}

/** Things that have parts themselves stand below one another, as soon as there are two. */
function listPart(items: readonly Item[]): Group {
  return { brackets: '[]', items, broken: items.length > 1 && haveParts(items) }
}

function haveParts(items: readonly Item[]): boolean {
  const groups = items.map(({ part }) => part).filter((part) => typeof part !== 'string')
  return (
    groups.length === items.length && groups.every((group) => group.items.length > 1 && group.brackets === groups[0]?.brackets)
  )
}

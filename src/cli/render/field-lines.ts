import { canonicalJson } from '../../model/canonical.ts'
import type { JsonObject } from '../../model/configuration.ts'
import type { Difference, Shown, ShownAccess, ShownKey, ShownRule } from '../../plan/shown.ts'
import type { Line, Span } from './text.ts'

const NOTHING: Span = { style: 'dim', text: '(none)' }

/** Said aloud: what leaving out `access` means. */
export const UNRESTRICTED: Line = [{ style: 'yellow', text: 'reaches every provider and model' }]

/** What a field of a new configuration says. */
export function statedLines({ field, after }: Difference): readonly Line[] {
  switch (field) {
    case 'name':
    case 'description':
    case 'metadata':
      return [[value(after)]]
    case 'access':
      return after === null ? [UNRESTRICTED] : dimensions(after)
    case 'router':
      return (after?.rules ?? []).map((rule) => [ruleText(rule)])
  }
}

/** How a field differs. */
export function differenceLines(difference: Difference): readonly Line[] {
  switch (difference.field) {
    case 'name':
    case 'description':
      return [[value(difference.before), ' → ', value(difference.after)]]
    case 'metadata':
      return metadataLines(difference.before, difference.after)
    case 'access':
      return [...accessLines(difference.before, difference.after), ...(difference.after === null ? [UNRESTRICTED] : [])]
    case 'router':
      return routerLines(difference.before, difference.after)
  }
}

function value(shown: unknown): Span {
  return shown === null || shown === undefined ? NOTHING : canonicalJson(shown)
}

function added(text: string): Span {
  return { style: 'green', text: `+ ${text}` }
}

function removed(text: string): Span {
  return { style: 'red', text: `- ${text}` }
}

/** Property by property where both are objects, else as a whole. */
function metadataLines(before: Shown['metadata'], after: Shown['metadata']): readonly Line[] {
  if (typeof before === 'string' || typeof after === 'string') return [[value(before), ' → ', value(after)]]
  const [old, now]: readonly [JsonObject, JsonObject] = [before ?? {}, after ?? {}]
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].toSorted()
  const differing = names.filter(
    (name) => !Object.hasOwn(old, name) || !Object.hasOwn(now, name) || !isSame(old[name], now[name]),
  )
  return differing.map((name) => {
    if (!Object.hasOwn(old, name)) return [added(`${word(name)}: ${canonicalJson(now[name])}`)]
    if (!Object.hasOwn(now, name)) return [removed(`${word(name)}: ${canonicalJson(old[name])}`)]
    return [`${word(name)}: ${canonicalJson(old[name])} → ${canonicalJson(now[name])}`]
  })
}

function isSame(a: unknown, b: unknown): boolean {
  return canonicalJson(a) === canonicalJson(b)
}

const DIMENSIONS = ['providers', 'models'] as const

function dimensions(access: ShownAccess): readonly Line[] {
  return DIMENSIONS.map((dimension) => [`${dimension}: ${allowed(access[dimension]?.allow)}`])
}

function allowed(allow: readonly string[] | undefined): string {
  if (!allow) return 'any'
  return allow.length === 0 ? 'none' : allow.map(word).join(', ')
}

/** Names that come and go; a dimension that begins or ceases to be restricted, or to allow anything, is told whole. */
function accessLines(before: Shown['access'], after: Shown['access']): readonly Line[] {
  return DIMENSIONS.flatMap((dimension) => {
    const old = before?.[dimension]?.allow
    const now = after?.[dimension]?.allow
    const gone = (old ?? []).filter((name) => !now?.includes(name))
    const come = (now ?? []).filter((name) => !old?.includes(name))
    if (old?.length && now?.length) return gone.length + come.length === 0 ? [] : [[`${dimension}: `, ...marks(come, gone)]]
    return allowed(old) === allowed(now) ? [] : [[`${dimension}: ${allowed(old)} → ${allowed(now)}`]]
  })
}

function marks(come: readonly string[], gone: readonly string[]): readonly Span[] {
  const spans = [...come.map((name) => added(word(name))), ...gone.map((name) => removed(word(name)))]
  return spans.flatMap((span, index) => (index === 0 ? [span] : ['  ', span]))
}

/** Rules that come and go; where only their order differs, all of them. */
function routerLines(before: Shown['router'], after: Shown['router']): readonly Line[] {
  const [old, now] = [before, after].map((router) => router?.rules.map(ruleText) ?? ['default routing'])
  const [gone, come] = [minus(old ?? [], now ?? []), minus(now ?? [], old ?? [])]
  const reordered = gone.length + come.length === 0
  return [
    ...(reordered ? (old ?? []) : gone).map((rule) => [removed(rule)]),
    ...(reordered ? (now ?? []) : come).map((rule) => [added(rule)]),
  ]
}

/** What a list has more often than another. */
function minus(list: readonly string[], other: readonly string[]): readonly string[] {
  const left = [...other]
  return list.filter((item) => {
    const index = left.indexOf(item)
    if (index !== -1) left.splice(index, 1)
    return index === -1
  })
}

/** `openai: user aigpk_1, openai-prod (to be made), then ngrok` */
function ruleText({ provider, model, steps }: ShownRule): string {
  const subject = [provider, model].flatMap((name) => (name === undefined ? [] : [word(name)])).join(' with ')
  const chain = steps.map(({ type, keys }) => (keys ? `${word(type)} ${keys.map(keyText).join(', ')}` : word(type)))
  return `${subject}: ${chain.join(', then ')}`
}

/** One that is still to be made goes by its name. */
function keyText(key: ShownKey): string {
  return key.id === null ? `${word(key.name)} (to be made)` : word(key.id)
}

/** A name as it is, or in quotes where it could be taken for something else. */
function word(name: string): string {
  return /^[\w./:@#+-]+$/.test(name) && name !== 'any' && name !== 'none' ? name : JSON.stringify(name)
}

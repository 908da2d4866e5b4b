import type { Access } from '../model/configuration.ts'
import type { Reach } from '../model/planned.ts'
import { addsCredentials, type Rule } from './routes.ts'

/** What decides which requests a key lets through: a declaration's, or the gateway's word. */
export interface Scope {
  readonly access?: AccessScope
  readonly router?: { readonly rules?: readonly Rule[] | undefined } | undefined
}

type AccessScope = Access | { readonly [Dimension in keyof Access]?: { readonly allow?: readonly string[] } }

/**
 * What becomes of a key's reach: which providers and models it may call, and with whose credentials. The rules stand in
 * docs/reach.md. In doubt a change is called wider, so that `same` and `narrower` can be relied on: such a change lets nothing
 * through that was refused before.
 */
export function compareReach(before: Scope, after: Scope): Reach {
  const gains = widens(before, after)
  const loses = widens(after, before)
  if (gains) return loses ? 'other' : 'wider'
  return loses ? 'narrower' : 'same'
}

/** Whether a key may reach something that it could not. */
export function isWidening(reach: Reach): boolean {
  return reach === 'wider' || reach === 'other'
}

function widens(before: Scope, after: Scope): boolean {
  if (allowsNothing(after.access)) return false
  return (
    isWiderDimension(before.access?.providers?.allow, after.access?.providers?.allow) ||
    isWiderDimension(before.access?.models?.allow, after.access?.models?.allow) ||
    addsCredentials(before.router?.rules ?? [], after.router?.rules ?? [])
  )
}

function allowsNothing(access: AccessScope | undefined): boolean {
  return access?.providers?.allow?.length === 0 || access?.models?.allow?.length === 0
}

/** Left out is everything; entries are exact strings. */
function isWiderDimension(before: readonly string[] | undefined, after: readonly string[] | undefined): boolean {
  if (before === undefined) return false
  if (after === undefined) return true
  const known = new Set(before)
  return after.some((name) => !known.has(name))
}

import type { AnyNode } from 'acorn'
import type { Follower } from './follow.ts'
import { type DataPath, valueAt } from './path.ts'
import type { Script, Spot } from './script.ts'

/** What is looked for: a value in the data, or its name. */
export interface Wanted {
  readonly keys: DataPath
  readonly about: 'value' | 'name'
}

/**
 * Where a module writes what it gave at this path. What is missing is nowhere: then where the object is that lacks it. What only
 * running the code would tell is as far down as can be known without that.
 * @param follower for this question alone
 * @param value the whole that the module gave, by which a wrong guess is noticed; undefined where it is not known
 */
export function spotInCode(script: Script, { keys, about }: Wanted, value: unknown, follower: Follower): Spot | undefined {
  const root = follower.exported(script, 'default')
  if (root === undefined) return undefined
  let spot = follower.settle(root)
  let name = spot
  for (const [depth, key] of keys.entries()) {
    const holder = valueAt(value, keys.slice(0, depth))
    const member = follower.member(spot, key, Array.isArray(holder) ? holder.length : undefined)
    if (member.is === 'absent') return agrees(spot, holder) ? spot : root
    if (member.is === 'unclear') return member.spot
    spot = follower.settle(member.spot)
    ;({ name } = member)
  }
  if (!agrees(spot, valueAt(value, keys))) return root
  return about === 'name' ? name : spot
}

/** Whether what is written can be what came. */
function agrees({ node }: Spot, came: unknown): boolean {
  if (came === undefined) return true
  if (node.type === 'Literal') return node.value === came
  if (node.type === 'ArrayExpression') return Array.isArray(came)
  if (node.type === 'ObjectExpression') return typeof came === 'object' && !Array.isArray(came)
  return !isText(node) || typeof came === 'string'
}

function isText(node: AnyNode): boolean {
  return node.type === 'TemplateLiteral'
}

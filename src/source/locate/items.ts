import type { ArrayExpression } from 'acorn'
import { ABSENT, type Follow, type Member } from './member.ts'
import { keyText, type Spot } from './script.ts'

/**
 * An item of a list written out. Past a spread of unknown length it is found from the end, where it is known how many items there are
 * in all.
 */
export function itemOf(follow: Follow, list: Spot, index: number, count?: number): Member {
  const { node, scope } = list
  if (node.type !== 'ArrayExpression') return { is: 'unclear', spot: list }
  let passed = 0
  for (const [at, element] of node.elements.entries()) {
    if (element?.type !== 'SpreadElement') {
      if (passed === index) return element ? there({ node: element, scope }) : { is: 'unclear', spot: list }
      passed += 1
      continue
    }
    const spread = follow.settle({ node: element.argument, scope })
    const after = fixedAfter(node, at)
    const length = lengthOf(follow, spread) ?? (count === undefined || after === undefined ? undefined : count - passed - after)
    if (length === undefined) return { is: 'unclear', spot: spread }
    if (index < passed + length) return follow.member(spread, index - passed, length)
    passed += length
  }
  return ABSENT
}

function there(spot: Spot): Member {
  return { is: 'there', spot, name: spot }
}

/** How many items come after an element; undefined where a spread is among them. */
function fixedAfter({ elements }: ArrayExpression, at: number): number | undefined {
  const after = elements.slice(at + 1)
  return after.some((element) => element?.type === 'SpreadElement') ? undefined : after.length
}

function lengthOf(follow: Follow, { node, scope }: Spot): number | undefined {
  if (node.type === 'CallExpression') {
    const { callee } = node
    const isMap = callee.type === 'MemberExpression' && !callee.computed && keyText(callee.property) === 'map'
    return isMap ? lengthOf(follow, follow.settle({ node: callee.object, scope })) : undefined
  }
  if (node.type !== 'ArrayExpression') return undefined
  let length = 0
  for (const element of node.elements) {
    const more = element?.type === 'SpreadElement' ? lengthOf(follow, follow.settle({ node: element.argument, scope })) : 1
    if (more === undefined) return undefined
    length += more
  }
  return length
}

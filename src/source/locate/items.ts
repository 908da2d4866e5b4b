import type { ArrayExpression } from 'acorn'
import { ABSENT, type Follow, type Member } from './member.ts'
import { keyText, type Scope, type Spot } from './script.ts'

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
    const length =
      lengthOf(follow, spread) ?? lengthBetween(passed, lengthOfAll(follow, node.elements.slice(at + 1), scope), count)
    if (length === undefined) return { is: 'unclear', spot: spread }
    if (index < passed + length) return follow.member(spread, index - passed, length)
    passed += length
  }
  return ABSENT
}

function there(spot: Spot): Member {
  return { is: 'there', spot, name: spot }
}

function lengthBetween(before: number, after: number | undefined, count: number | undefined): number | undefined {
  return count === undefined || after === undefined ? undefined : count - before - after
}

function lengthOf(follow: Follow, { node, scope }: Spot): number | undefined {
  if (node.type === 'ArrayExpression') return lengthOfAll(follow, node.elements, scope)
  if (node.type !== 'CallExpression') return undefined
  const { callee } = node
  const isMap = callee.type === 'MemberExpression' && !callee.computed && keyText(callee.property) === 'map'
  return isMap ? lengthOf(follow, follow.settle({ node: callee.object, scope })) : undefined
}

function lengthOfAll(follow: Follow, elements: ArrayExpression['elements'], scope: Scope): number | undefined {
  if (follow.isSpent(elements.length)) return undefined
  let length = 0
  for (const element of elements) {
    const more = element?.type === 'SpreadElement' ? lengthOf(follow, follow.settle({ node: element.argument, scope })) : 1
    if (more === undefined) return undefined
    length += more
  }
  return length
}

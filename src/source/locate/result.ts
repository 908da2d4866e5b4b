import type { AnyNode, BlockStatement, Function as FunctionNode, ReturnStatement } from 'acorn'
import { blockScope, type Scope, type Spot } from './script.ts'
import { childrenOf } from './touched.ts'

type FunctionLike = Extract<AnyNode, FunctionNode>

export function isFunction(node: AnyNode): node is FunctionLike {
  return node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression' || node.type === 'FunctionDeclaration'
}

/** What a function returns, where it has one way out. @param scope of its parameters */
export function resultOf({ body }: FunctionLike, scope: Scope): Spot | undefined {
  if (body.type !== 'BlockStatement') return { node: body, scope }
  const sole = soleReturn(body)
  return sole?.argument ? { node: sole.argument, scope: blockScope(body.body, scope) } : undefined
}

const known = new WeakMap<BlockStatement, ReturnStatement | undefined>()

function soleReturn(body: BlockStatement): ReturnStatement | undefined {
  if (!known.has(body)) {
    const [sole, ...more] = returnsIn(body)
    known.set(body, sole !== undefined && more.length === 0 && body.body.includes(sole) ? sole : undefined)
  }
  return known.get(body)
}

function returnsIn(node: AnyNode): readonly ReturnStatement[] {
  const waiting = [node]
  const found: ReturnStatement[] = []
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.type === 'ReturnStatement') found.push(next)
    if (!isFunction(next)) waiting.push(...childrenOf(next))
  }
  return found
}

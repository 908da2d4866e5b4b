import type { AnyNode } from 'acorn'

/**
 * The names whose value, or something in it, is changed anywhere in the code: by assignment, `delete`, or a method known to change what it is
 * called on. Scopes are not told apart: a name too many costs precision, one too few would cost truth.
 */
export function touchedNames(root: AnyNode): ReadonlySet<string> {
  const names = new Set<string>()
  const waiting: AnyNode[] = [root]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    for (const target of targetsOf(node)) touch(names, target)
    waiting.push(...childrenOf(node))
  }
  return names
}

/** The nodes right below. */
export function childrenOf(node: AnyNode): AnyNode[] {
  return Object.values(node).flat().filter(isNode)
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

/** Of Array, Map and Set: methods that change what they are called on. */
const CHANGING: ReadonlySet<string> = new Set(
  'push pop shift unshift splice sort reverse fill copyWithin set add delete clear'.split(' '),
)

/** Of Object and Reflect: functions that change their first argument. */
const CHANGING_FIRST: ReadonlySet<string> = new Set(
  'assign defineProperty defineProperties setPrototypeOf set deleteProperty'.split(' '),
)

/** What this node changes. */
function targetsOf(node: AnyNode): readonly AnyNode[] {
  if (node.type === 'AssignmentExpression') return [node.left]
  if (node.type === 'UpdateExpression' || (node.type === 'UnaryExpression' && node.operator === 'delete')) return [node.argument]
  if (node.type === 'ForOfStatement' || node.type === 'ForInStatement')
    return node.left.type === 'VariableDeclaration' ? [] : [node.left]
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return []
  const { object, property } = node.callee
  if (property.type !== 'Identifier') return [object]
  const isGlobal = object.type === 'Identifier' && (object.name === 'Object' || object.name === 'Reflect')
  if (isGlobal) return CHANGING_FIRST.has(property.name) ? node.arguments.slice(0, 1) : []
  return CHANGING.has(property.name) ? [object] : []
}

function touch(names: Set<string>, target: AnyNode): void {
  let node = target
  while (node.type === 'MemberExpression' || node.type === 'ChainExpression') {
    node = node.type === 'MemberExpression' ? node.object : node.expression
  }
  if (node.type === 'Identifier') names.add(node.name)
  if (/Pattern$|^Property$|^RestElement$/.test(node.type)) for (const part of childrenOf(node)) touch(names, part)
}

import type { AnyNode, Expression, Function as FunctionNode, Pattern, Program, Statement } from 'acorn'
import type { ModuleRecord } from '../modules/record.ts'
import type { Segment } from './path.ts'
import { touchedNames } from './touched.ts'

/** A module or a JSON file, parsed. */
export interface Script {
  readonly record: ModuleRecord
  /** JSON is one expression. */
  readonly root: Program | Expression
  readonly top: Scope
  /** Names whose value may change after it was given: nothing is concluded from what it was given first. */
  readonly touched: ReadonlySet<string>
}

export interface Scope {
  readonly script: Script
  readonly names: ReadonlyMap<string, Binding>
  readonly outer?: Scope
}

/** A piece of code that gives a value, and where its names have a meaning. */
export interface Spot {
  readonly node: AnyNode
  readonly scope: Scope
  /** Properties that its value has and this one lacks: what `...rest` left to the names beside it. */
  readonly without?: ReadonlySet<string>
}

/** What a name stands for. */
export type Binding = Given | { readonly type: 'import'; readonly specifier: string; readonly name: string } | typeof OPAQUE

/** What is at the end of the steps from there, else what `otherwise` says. */
export interface Given {
  readonly type: 'given'
  readonly base: Spot
  readonly steps: readonly Segment[]
  readonly otherwise?: Spot
  readonly without?: ReadonlySet<string>
}

/** It has a meaning that is not followed. */
export const OPAQUE = { type: 'opaque' } as const

/** Instead of a name: `import * as shared`. */
export const NAMESPACE = '*'

/** @param acorn given, since it is loaded only when it is needed. @throws SyntaxError, RangeError as acorn does */
export function parseScript({ parse, parseExpressionAt }: typeof import('acorn'), record: ModuleRecord): Script {
  const options = { ecmaVersion: 'latest', sourceType: 'module' } as const
  const root = record.form === 'json' ? parseExpressionAt(record.text, 0, options) : parse(record.code, options)
  const names = new Map<string, Binding>()
  const script: Script = {
    record,
    root,
    touched: touchedNames(root),
    top: {
      get script() {
        return script
      },
      names,
    },
  }
  if (root.type === 'Program') for (const statement of root.body) declare(names, statement, script.top)
  return script
}

/** The names that the statements of a function declare. */
export function blockScope(statements: readonly Statement[], outer: Scope): Scope {
  const names = new Map<string, Binding>()
  const scope = { script: outer.script, names, outer }
  for (const statement of statements) declare(names, statement, scope)
  return scope
}

/** The names of a function's parameters. @param given undefined where it is not known which argument a parameter gets */
export function callScope({ params }: FunctionNode, given: readonly (Spot | undefined)[], outer: Scope): Scope {
  const names = new Map<string, Binding>()
  const scope = { script: outer.script, names, outer }
  for (const [index, param] of params.entries()) {
    const base = given[index]
    const missing = index >= given.length && param.type === 'AssignmentPattern'
    if (missing) bind(names, param.left, { type: 'given', base: { node: param.right, scope }, steps: [] }, scope)
    else bind(names, param, base && { type: 'given', base, steps: [] }, scope)
  }
  return scope
}

function declare(names: Map<string, Binding>, node: Program['body'][number], scope: Scope): void {
  if (node.type === 'ImportDeclaration') return importNames(names, node)
  if (node.type === 'ExportNamedDeclaration' || node.type === 'ExportDefaultDeclaration') {
    const declared = node.declaration
    return declared && isDeclaration(declared) ? declare(names, declared, scope) : undefined
  }
  if (node.type === 'VariableDeclaration') {
    for (const { id, init } of node.declarations) {
      bind(names, id, init ? { type: 'given', base: { node: init, scope }, steps: [] } : undefined, scope)
    }
  } else if (node.type === 'FunctionDeclaration') names.set(node.id.name, { type: 'given', base: { node, scope }, steps: [] })
  else if (node.type === 'ClassDeclaration') names.set(node.id.name, OPAQUE)
}

function isDeclaration(node: AnyNode): node is Statement {
  return /^(Variable|Function|Class)Declaration$/.test(node.type) && !('id' in node && node.id === null)
}

function importNames(names: Map<string, Binding>, node: Extract<AnyNode, { type: 'ImportDeclaration' }>): void {
  for (const each of node.specifiers) {
    names.set(each.local.name, { type: 'import', specifier: String(node.source.value), name: importedName(each) })
  }
}

function importedName(node: Extract<AnyNode, { type: `Import${string}Specifier` }>): string {
  if (node.type === 'ImportDefaultSpecifier') return 'default'
  return node.type === 'ImportNamespaceSpecifier' ? NAMESPACE : textOf(node.imported)
}

/** Of an import or an export: a name may be written as text. */
export function textOf(node: Extract<AnyNode, { type: 'Identifier' | 'Literal' }>): string {
  return node.type === 'Identifier' ? node.name : String(node.value)
}

function bind(names: Map<string, Binding>, pattern: Pattern, given: Given | undefined, scope: Scope): void {
  if (pattern.type === 'Identifier') names.set(pattern.name, given ?? OPAQUE)
  else if (pattern.type === 'AssignmentPattern') {
    bind(names, pattern.left, given && { ...given, otherwise: { node: pattern.right, scope } }, scope)
  } else if (pattern.type === 'ObjectPattern') bindProperties(names, pattern, given, scope)
  else if (pattern.type === 'ArrayPattern') {
    for (const [index, item] of pattern.elements.entries()) {
      if (item) bind(names, item, item.type === 'RestElement' ? undefined : deeper(given, index), scope)
    }
  } else if (pattern.type === 'RestElement') bind(names, pattern.argument, undefined, scope)
}

function bindProperties(
  names: Map<string, Binding>,
  { properties }: Extract<AnyNode, { type: 'ObjectPattern' }>,
  given: Given | undefined,
  scope: Scope,
): void {
  const taken = new Set<string>()
  for (const property of properties) {
    if (property.type === 'RestElement') {
      bind(names, property.argument, given && given.otherwise === undefined ? { ...given, without: taken } : undefined, scope)
      continue
    }
    const name = property.computed ? undefined : keyText(property.key)
    if (name !== undefined) taken.add(name)
    bind(names, property.value, name === undefined ? undefined : deeper(given, name), scope)
  }
}

function deeper(given: Given | undefined, step: Segment): Given | undefined {
  return given && given.otherwise === undefined ? { ...given, steps: [...given.steps, step] } : undefined
}

/** The name that a key written out stands for. */
export function keyText(key: AnyNode): string | undefined {
  if (key.type === 'Identifier') return key.name
  return key.type === 'Literal' ? String(key.value) : undefined
}

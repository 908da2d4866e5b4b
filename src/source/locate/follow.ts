import type { AnyNode, CallExpression, ObjectExpression } from 'acorn'
import type { ModuleRecord } from '../modules/record.ts'
import { OWN_SPECIFIER } from '../modules/resolve.ts'
import type { Segment } from './path.ts'
import { itemOf } from './items.ts'
import { ABSENT, type Follow, type Member } from './member.ts'
import { isFunction, resultOf } from './result.ts'
import { type Binding, callScope, type Given, keyText, NAMESPACE, type Scope, type Script, type Spot, textOf } from './script.ts'

/** The modules around one, parsed. */
export interface Scripts {
  /** What an import of a module leads to; undefined out of the folder, and where it cannot be parsed. */
  imported(from: ModuleRecord, specifier: string): Script | undefined
}

/** Own functions, and some of JavaScript's, that return what they are given. */
const HANDING_ON: ReadonlySet<string> = new Set([
  'defineConfig',
  'defineConfigs',
  'Object.freeze',
  'Object.seal',
  'Object.preventExtensions',
  'Promise.resolve',
  'structuredClone',
])

/** Steps from name to value and from value to member for one question: no configuration takes as many, code that goes in circles takes more. */
const MOST_STEPS = 1_000

/** What may be looked at for all questions about a file: names, properties, items, and some for each call. A tenth of a second or less. */
export interface Budget {
  left: number
}

export const MOST_LOOKS = 2_000_000

/** Follows code to where a value is written, without running it: it stops where only running it would tell. */
export class Follower implements Follow {
  readonly #scripts: Scripts
  readonly #budget: Budget
  #steps = MOST_STEPS

  constructor(scripts: Scripts, budget: Budget) {
    this.#scripts = scripts
    this.#budget = budget
  }

  /** Where a module's export is written. */
  exported(script: Script, name: string): Spot | undefined {
    if (script.root.type !== 'Program') return name === 'default' ? { node: script.root, scope: script.top } : undefined
    if (this.isSpent(script.root.body.length)) return undefined
    let all: Spot | undefined
    for (const node of script.root.body) {
      if (node.type === 'ExportDefaultDeclaration' && name === 'default') return { node: node.declaration, scope: script.top }
      if (node.type === 'ExportAllDeclaration' && node.exported === null)
        all ??= this.#exportedBy(script, String(node.source.value), name)
      if (node.type !== 'ExportNamedDeclaration') continue
      const found = node.specifiers.find((each) => textOf(each.exported) === name)
      if (found === undefined) continue
      if (node.source) return this.#exportedBy(script, String(node.source.value), textOf(found.local))
      return this.#named(textOf(found.local), script.top)
    }
    return script.top.names.has(name) ? this.#named(name, script.top) : all
  }

  /** From an expression to the one that writes its value, as far as that can be known. */
  settle(spot: Spot): Spot {
    let here = spot
    for (let next = this.#next(here); next !== undefined; next = this.#next(here)) {
      here = lacking(next, here.without)
    }
    return here
  }

  /** @param count how many items a list has, where that is known */
  member(spot: Spot, segment: Segment, count?: number): Member {
    const { node, scope, without } = spot
    if (this.isSpent(sizeOf(node))) return { is: 'unclear', spot }
    if (without?.has(String(segment))) return ABSENT
    if (node.type === 'ObjectExpression') return this.#property(node, scope, String(segment))
    if (node.type === 'ArrayExpression' && typeof segment === 'number') return itemOf(this, spot, segment, count)
    if (node.type === 'CallExpression') return this.#memberOfCall(node, scope, segment)
    return { is: 'unclear', spot }
  }

  isSpent(looks = 1): boolean {
    this.#steps -= 1
    this.#budget.left -= looks
    return this.#steps < 0 || this.#budget.left < 0
  }

  #next({ node, scope }: Spot): Spot | undefined {
    if (this.isSpent()) return undefined
    if (node.type === 'AwaitExpression') return { node: node.argument, scope }
    if (node.type === 'ChainExpression') return { node: node.expression, scope }
    if (node.type === 'SequenceExpression') return { node: node.expressions.at(-1) ?? node, scope }
    if (node.type === 'Identifier') return this.#named(node.name, scope)
    if (node.type === 'MemberExpression') return this.#memberNamed(node, scope)
    return node.type === 'CallExpression' ? this.#called(node, scope) : undefined
  }

  #named(name: string, scope: Scope): Spot | undefined {
    const found = bindingOf(name, scope)
    if (found === undefined || found.binding.type === 'opaque' || found.scope.script.touched.has(name)) return undefined
    return found.binding.type === 'import' ? this.#imported(found.binding, found.scope.script) : this.#given(found.binding)
  }

  #imported({ specifier, name }: Extract<Binding, { type: 'import' }>, script: Script): Spot | undefined {
    return name === NAMESPACE ? undefined : this.#exportedBy(script, specifier, name)
  }

  #exportedBy(script: Script, specifier: string, name: string): Spot | undefined {
    const from = this.#scripts.imported(script.record, specifier)
    return from && this.exported(from, name)
  }

  #given({ base, steps, otherwise, without }: Given): Spot | undefined {
    let spot = base
    for (const step of steps) {
      const member = this.member(this.settle(spot), step)
      if (member.is !== 'there') return member.is === 'absent' ? otherwise : undefined
      ;({ spot } = member)
    }
    return lacking(without === undefined ? spot : this.settle(spot), without)
  }

  #memberNamed({ object, property, computed }: Extract<AnyNode, { type: 'MemberExpression' }>, scope: Scope): Spot | undefined {
    const key = computed ? this.#literal({ node: property, scope }) : keyText(property)
    if (key === undefined) return undefined
    const found = object.type === 'Identifier' ? bindingOf(object.name, scope) : undefined
    if (found?.binding.type === 'import' && found.binding.name === NAMESPACE) {
      return this.#exportedBy(found.scope.script, found.binding.specifier, String(key))
    }
    const member = this.member(this.settle({ node: object, scope }), key)
    return member.is === 'there' ? member.spot : undefined
  }

  /** The text or number that an expression surely is. */
  #literal(spot: Spot): Segment | undefined {
    const { node } = this.settle(spot)
    if (node.type === 'TemplateLiteral' && node.quasis.length === 1) return node.quasis[0]?.value.cooked ?? undefined
    const value = node.type === 'Literal' ? node.value : undefined
    return typeof value === 'string' || typeof value === 'number' ? value : undefined
  }

  #called(call: CallExpression, scope: Scope): Spot | undefined {
    const [first] = call.arguments
    if (HANDING_ON.has(this.#wellKnown(call.callee, scope) ?? '')) {
      return first === undefined || first.type === 'SpreadElement' ? undefined : { node: first, scope }
    }
    return this.#result({ node: call.callee, scope }, argumentsOf(call, scope))
  }

  /** What a function returns for these arguments. */
  #result(callee: Spot, given: readonly (Spot | undefined)[]): Spot | undefined {
    const { node, scope } = this.settle(callee)
    if (!isFunction(node) || node.generator || this.isSpent(given.length + node.end - node.start)) return undefined
    return resultOf(node, callScope(node, given, scope))
  }

  /** `defineConfig`, `secret.env`, `Object.freeze`, whatever it is called in this module; undefined for what the module made itself. */
  #wellKnown(node: AnyNode, scope: Scope): string | undefined {
    if (node.type === 'Identifier') {
      const found = bindingOf(node.name, scope)
      if (found === undefined) return node.name
      const { binding } = found
      return binding.type === 'import' && binding.specifier === OWN_SPECIFIER ? binding.name : undefined
    }
    if (node.type !== 'MemberExpression' || node.computed || node.property.type !== 'Identifier') return undefined
    const object = this.#wellKnown(node.object, scope)
    return object === NAMESPACE ? node.property.name : object && `${object}.${node.property.name}`
  }

  /** The last one that may hold it wins. */
  #property({ properties }: ObjectExpression, scope: Scope, name: string): Member {
    for (const property of properties.toReversed()) {
      if (property.type === 'SpreadElement') {
        const member = this.#spread({ node: property.argument, scope }, name)
        if (member.is !== 'absent') return member
        continue
      }
      const { key, value, kind, computed, shorthand } = property
      const own = computed ? this.#literal({ node: key, scope }) : keyText(key)
      if (own === undefined) return { is: 'unclear', spot: { node: key, scope } }
      const isPrototype = own === '__proto__' && !computed && !shorthand && scope.script.record.form !== 'json'
      if (String(own) !== name || kind === 'set' || isPrototype) continue
      const got = kind === 'get' && isFunction(value) ? resultOf(value, scope) : undefined
      return { is: 'there', spot: got ?? { node: kind === 'get' ? key : value, scope }, name: { node: key, scope } }
    }
    return ABSENT
  }

  /** What is spread may be nothing: `...(isProduction && { … })`. */
  #spread(spot: Spot, name: string): Member {
    const settled = this.settle(spot)
    const { node, scope } = settled
    if (node.type === 'LogicalExpression' && node.operator === '&&') return this.#spread({ node: node.right, scope }, name)
    if (node.type === 'ConditionalExpression') {
      const ways = [node.consequent, node.alternate].map((way) => this.#spread({ node: way, scope }, name))
      const [way, other] = ways.filter(({ is }) => is !== 'absent')
      return other === undefined ? (way ?? ABSENT) : { is: 'unclear', spot: settled }
    }
    const isNothing = node.type === 'Literal' || (node.type === 'Identifier' && node.name === 'undefined')
    return isNothing ? ABSENT : this.member(settled, name)
  }

  /** References to secrets, and what `map` makes of each item. */
  #memberOfCall(call: CallExpression, scope: Scope, segment: Segment): Member {
    const spot = { node: call, scope }
    const [first] = call.arguments
    if (first === undefined || first.type === 'SpreadElement') return { is: 'unclear', spot }
    const known = this.#wellKnown(call.callee, scope)
    if (known?.startsWith('secret.') && segment === known.replace('secret.', '$')) {
      return { is: 'there', spot: { node: first, scope }, name: spot }
    }
    const { callee } = call
    const isMap = callee.type === 'MemberExpression' && !callee.computed && keyText(callee.property) === 'map'
    if (!isMap || typeof segment !== 'number') return { is: 'unclear', spot }
    const item = this.member(this.settle({ node: callee.object, scope }), segment)
    const made = item.is === 'there' ? this.#result({ node: first, scope }, [item.spot, undefined]) : undefined
    return made === undefined ? { is: 'unclear', spot } : { is: 'there', spot: made, name: made }
  }
}

function lacking(spot: Spot, names: ReadonlySet<string> | undefined): Spot {
  return names === undefined ? spot : { ...spot, without: new Set([...names, ...(spot.without ?? [])]) }
}

/** How much a look for a member costs. */
function sizeOf(node: AnyNode): number {
  if (node.type === 'ObjectExpression') return node.properties.length
  return node.type === 'ArrayExpression' ? node.elements.length : 1
}

function bindingOf(name: string, scope: Scope): { readonly binding: Binding; readonly scope: Scope } | undefined {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.outer) {
    const binding = at.names.get(name)
    if (binding !== undefined) return { binding, scope: at }
  }
  return undefined
}

/** After a spread it is not known which argument is which. */
function argumentsOf(call: CallExpression, scope: Scope): readonly (Spot | undefined)[] {
  const spread = call.arguments.findIndex(({ type }) => type === 'SpreadElement')
  return call.arguments.map((node, index) => (spread !== -1 && index >= spread ? undefined : { node, scope }))
}

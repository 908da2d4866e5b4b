import { type Files, MARK } from './trial.ts'

/** What is wrong with some data, at one place of it. */
export type Broken =
  | { readonly kind: 'value'; readonly value: number | boolean }
  | { readonly kind: 'unknown'; readonly name: string; readonly rest: Tree }
  | { readonly kind: 'missing'; readonly rest: Tree }

export type Tree = string | boolean | Broken | readonly Tree[] | { readonly [name: string]: Tree }

/** A whole number from 0 below another. */
export type Choose = (below: number) => number

const SPACES = ['', ' ', '\n', '\n\t', '\r\n  ', ' /* 😀 ü */ ', ' // { "a": [ \n'] as const

/** Writes a module that gives the data, in any of many ways, with a mark where it is broken. */
export class Printer {
  readonly #choose: Choose
  /** Statements of each file, in order: what is used comes before its use. */
  readonly #statements = new Map<string, string[]>([
    ['a.ts', []],
    ['_b.ts', []],
    ['_c/d.mts', []],
  ])
  /** Lists that are not in the data: of those no one knows how long they are. */
  readonly #lists = new Set<readonly Tree[]>()
  #names = 0
  #detours = 0

  constructor(choose: Choose) {
    this.#choose = choose
  }

  print(tree: Tree): Files {
    const expression = this.#expression(tree, 'a.ts')
    const whole = this.#pick(`defineConfig(${expression})`, expression, `await Promise.resolve(${expression})`)
    const ending = this.#pick(`export default ${whole}\n`, `const all = ${whole}\nexport { all as default }\n`)
    const files = [...this.#statements].map(([path, statements]) => [path, statements.join('\n')] as const)
    const own = "import { defineConfig } from 'aigw-sync'\n"
    return Object.fromEntries(files.map(([path, text]) => [path, path === 'a.ts' ? `${own}${text}\n${ending}` : text]))
  }

  #pick(...ways: readonly string[]): string {
    return this.#one(ways)
  }

  #one<T>(ways: readonly T[]): T {
    return ways[this.#choose(ways.length)] as T
  }

  #space(): string {
    return this.#pick(...SPACES)
  }

  #name(): string {
    this.#names += 1
    return `n${this.#names}`
  }

  /** Literally, or by a name, a function, another file: less and less of that, or it would have no end. */
  #expression(tree: Tree, file: string): string {
    this.#detours += 1
    if (this.#choose(this.#detours + 12) > 12) return this.#literal(tree, file)
    const way = this.#pick('here', 'here', 'here', 'const', 'file', 'function', 'wrapped', 'member', 'item', 'parameter')
    if (way === 'const') return this.#hoisted(tree, file)
    if (way === 'file') return this.#imported(tree, file)
    if (way === 'function') return this.#fromFunction(tree, file)
    if (way === 'parameter') return `((x: unknown) =>${this.#space()}x)(${this.#expression(tree, file)})`
    if (way === 'member') return `${this.#hoisted({ inner: tree }, file)}.inner`
    if (way === 'item') return `${this.#hoisted(this.#list(['', tree]), file)}[1]`
    const text = this.#literal(tree, file)
    if (way === 'here') return text
    return this.#pick(`(${text})`, `(${text} as any)`, `(${text} satisfies unknown)`, `(0, ${text})`, `Object.freeze(${text})`)
  }

  /** A list that is not in the data. */
  #list(items: readonly Tree[]): readonly Tree[] {
    this.#lists.add(items)
    return items
  }

  #hoisted(tree: Tree, file: string): string {
    const name = this.#name()
    const text = this.#expression(tree, file)
    const statement = this.#pick(
      `const ${name}: any = ${text}`,
      `let ${name} = ${text} as any`,
      `const { x: ${name} } = { x: ${text} } as any`,
      `export const ${name} =${this.#space()}${text} as any`,
    )
    this.#statements.get(file)?.push(statement)
    return name
  }

  #imported(tree: Tree, file: string): string {
    const to = file === 'a.ts' ? '_b.ts' : '_c/d.mts'
    if (file === '_c/d.mts') return this.#hoisted(tree, file)
    const name = this.#name()
    const text = this.#expression(tree, to)
    this.#statements
      .get(to)
      ?.push(this.#pick(`export const ${name}: any = ${text}`, `const _${name}: any = ${text}\nexport { _${name} as ${name} }`))
    const [statement, use] = this.#one([
      [`import { ${name} } from './${to}'`, name],
      [`import * as _${name} from './${to}'`, `_${name}.${name}`],
    ] as const)
    this.#statements.get(file)?.push(statement)
    return use
  }

  #fromFunction(tree: Tree, file: string): string {
    const name = this.#name()
    const text = this.#expression(tree, file)
    const statement = this.#pick(
      `const ${name} = (): any => (${text})`,
      `function ${name}(): any {\n  const inside: any = ${text}\n  return inside\n}`,
      `const ${name} = function (a: unknown = 1): any { return ${text} }`,
    )
    this.#statements.get(file)?.push(statement)
    return `${name}()`
  }

  #literal(tree: Tree, file: string): string {
    if (typeof tree === 'string') return this.#pick(JSON.stringify(tree), `'${tree}'`, `\`${tree}\``)
    if (typeof tree === 'boolean') return String(tree)
    if (isList(tree)) return this.#items(tree, file)
    if (!isBroken(tree)) return this.#object(tree, file)
    if (tree.kind === 'value') return `${MARK}${tree.value}`
    if (tree.kind === 'missing') return `${MARK}${this.#object(tree.rest as Record<string, Tree>, file)}`
    return this.#object({ ...(tree.rest as Record<string, Tree>), [`${MARK}${tree.name}`]: 'unknown' }, file)
  }

  #items(items: readonly Tree[], file: string): string {
    const texts = items.map((item) => {
      const spread = this.#choose(6) === 0
      return spread ? `...${this.#expression(this.#list([item]), file)}` : this.#expression(item, file)
    })
    if (!this.#lists.has(items) && this.#choose(6) === 0) texts.splice(this.#choose(texts.length + 1), 0, `...''.split('')`)
    return `[${texts.map((text) => this.#space() + text).join(',')}${this.#space()}]`
  }

  #object(members: Readonly<Record<string, Tree>>, file: string): string {
    const names = Object.keys(members).toSorted(() => this.#choose(2) - 0.5)
    const texts = names.map((name) => this.#property(name, members[name] ?? '', file))
    const known = names.filter((name) => !name.startsWith(MARK))
    const decoys = known.filter(() => this.#choose(2) === 0).map((name) => `${name}: 'overwritten'`)
    return `{${[...decoys, ...texts].map((text) => this.#space() + text).join(',')}${this.#space()}}`
  }

  #property(name: string, value: Tree, file: string): string {
    const [mark, bare] = name.startsWith(MARK) ? [MARK, name.slice(MARK.length)] : ['', name]
    const way = this.#choose(8)
    if (way === 0 && mark === '') return `...${this.#expression({ [name]: value }, file)}`
    if (way === 1 && mark === '') return `...(1 + 1 === 2 && ${this.#expression({ [name]: value }, file)})`
    const text = this.#expression(value, file)
    if (way === 2) return `get ${mark}${bare}() { return ${text} }`
    return `${this.#pick(`${mark}${bare}`, `${mark}"${bare}"`, `[${mark}'${bare}']`)}:${this.#space()}${text}`
  }
}

function isList(tree: object): tree is readonly Tree[] {
  return Array.isArray(tree)
}

export function isBroken(tree: Tree): tree is Broken {
  return typeof tree === 'object' && 'kind' in tree
}

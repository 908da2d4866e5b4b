/** What `JSON.parse` keeps to itself: where a text stops being JSON, or which property an object has twice. */
export type JsonFinding =
  | { readonly type: 'broken'; readonly offset: number }
  | { readonly type: 'repeated'; readonly property: string; readonly offset: number }

/** The first finding, if any. Walks token by token, without recursion, so that no nesting is too deep. */
export function scanJson(text: string): JsonFinding | undefined {
  /** What is open around the token: the names an object has so far; an array has none. */
  const open: (Set<string> | undefined)[] = []
  let expected: Expected = 'value'
  let token = tokenAt(text, 0)
  for (; token.kind !== 'end' || expected !== 'end'; token = tokenAt(text, token.end)) {
    const next = follow(expected, token.kind, open)
    if (next === undefined) return { type: 'broken', offset: token.start }
    if (next === 'colon') {
      const property = JSON.parse(text.slice(token.start, token.end)) as string
      const names = open.at(-1)
      if (names?.has(property)) return { type: 'repeated', property, offset: token.start }
      names?.add(property)
    }
    expected = next
  }
  return undefined
}

type Kind = 'string' | 'literal' | '{' | '}' | '[' | ']' | ':' | ',' | 'end' | 'unknown'

type Expected = 'value' | 'value or ]' | 'name' | 'name or }' | 'colon' | ', or }' | ', or ]' | 'end'

interface Token {
  readonly kind: Kind
  readonly start: number
  readonly end: number
}

const SPACE = /[ \t\n\r]*/y
const LITERAL = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y

function tokenAt(text: string, offset: number): Token {
  const start = matchEnd(SPACE, text, offset) ?? offset
  const mark = text.charAt(start)
  if (mark === '') return { kind: 'end', start, end: start }
  if (isPunctuation(mark)) return { kind: mark, start, end: start + 1 }
  const end = mark === '"' ? closingQuote(text, start) + 1 : matchEnd(LITERAL, text, start)
  if (end === undefined || !isJson(text.slice(start, end))) return unknownAt(text, start, end)
  return { kind: mark === '"' ? 'string' : 'literal', start, end }
}

function matchEnd(pattern: RegExp, text: string, offset: number): number | undefined {
  pattern.lastIndex = offset
  return pattern.test(text) ? pattern.lastIndex : undefined
}

function isPunctuation(mark: string): mark is '{' | '}' | '[' | ']' | ':' | ',' {
  return '{}[]:,'.includes(mark)
}

/** The offset of the quote that ends a string, or of the end of the text. */
function closingQuote(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return Math.min(at, text.length)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false // for a string: unclosed, or with a control character or an unknown escape in it
  }
}

/** What the end of the text cut off is broken there, and not where it began. */
function unknownAt(text: string, start: number, end: number | undefined): Token {
  const rest = text.slice(start)
  const isCut = (end ?? 0) > text.length || ['true', 'false', 'null'].some((word) => word.startsWith(rest))
  const place = isCut ? text.length : start
  return { kind: 'unknown', start: place, end: place }
}

/** What each token leads to where it may come, besides a value. */
const STEPS: Readonly<Record<Expected, Readonly<Partial<Record<Kind, Expected | 'close'>>>>> = {
  value: {},
  'value or ]': { ']': 'close' },
  name: { string: 'colon' },
  'name or }': { string: 'colon', '}': 'close' },
  colon: { ':': 'value' },
  ', or }': { ',': 'name', '}': 'close' },
  ', or ]': { ',': 'value', ']': 'close' },
  end: {},
}

/** What may come after a token, or undefined where the token may not come at all. Keeps `open` up to date. */
function follow(expected: Expected, kind: Kind, open: (Set<string> | undefined)[]): Expected | undefined {
  const step = STEPS[expected][kind]
  if (step !== undefined) return step === 'close' ? close(open) : step
  return expected === 'value' || expected === 'value or ]' ? value(kind, open) : undefined
}

function value(kind: Kind, open: (Set<string> | undefined)[]): Expected | undefined {
  if (kind === 'string' || kind === 'literal') return afterValue(open)
  if (kind !== '{' && kind !== '[') return undefined
  open.push(kind === '{' ? new Set() : undefined)
  return kind === '{' ? 'name or }' : 'value or ]'
}

function close(open: (Set<string> | undefined)[]): Expected {
  open.pop()
  return afterValue(open)
}

function afterValue(open: readonly (Set<string> | undefined)[]): Expected {
  if (open.length === 0) return 'end'
  return open.at(-1) ? ', or }' : ', or ]'
}

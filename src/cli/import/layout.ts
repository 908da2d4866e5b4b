/** A piece of source text: a word, or a list or object of further pieces. */
export type Part = string | Group

export interface Group {
  readonly brackets: '[]' | '{}'
  readonly items: readonly Item[]
  /** A line for each item, though one would do for all. */
  readonly broken?: boolean
  /** An empty line between its items. */
  readonly apart?: boolean
}

export interface Item {
  /** Of a property, as it is to be written. */
  readonly name?: string
  readonly part: Part
  /** A comment on a line of its own before it. */
  readonly above?: string
  /** A comment behind it. Shortened where the line has no room for it; one that has none at all is left out. */
  readonly behind?: string
}

/** Columns. */
const WIDTH = 100
const STEP = 2

/** A comment of fewer characters says nothing. */
const LEAST_COMMENT = 12

/**
 * Lays a piece out as a formatter does: on one line where it fits, else with a line for each item.
 * @param indent of the line it begins on
 * @param before columns of that line that are taken already
 * @param after columns that what follows takes
 */
export function layOut(part: Part, indent = 0, before = indent, after = 0): string {
  if (typeof part === 'string') return part
  const line = inline(part)
  if (line !== undefined && before + line.length + after <= WIDTH) return line
  const [open, close] = part.brackets
  const lines = part.items.map((item) => itemLines(item, indent + STEP))
  return `${open}\n${lines.join(part.apart ? '\n' : '')}${' '.repeat(indent)}${close}`
}

/** @returns undefined for what needs more than one line, whatever the width */
function inline(part: Part): string | undefined {
  if (typeof part === 'string') return part
  const texts = part.items.map(({ name, part: of, above, behind }) => {
    const text = above === undefined && behind === undefined ? inline(of) : undefined
    return text === undefined || name === undefined ? text : `${name}: ${text}`
  })
  if (part.broken || texts.includes(undefined)) return undefined
  if (part.brackets === '[]') return `[${texts.join(', ')}]`
  return texts.length === 0 ? '{}' : `{ ${texts.join(', ')} }`
}

function itemLines({ name, part, above, behind }: Item, indent: number): string {
  const pad = ' '.repeat(indent)
  const label = name === undefined ? '' : `${name}: `
  const text = layOut(part, indent, indent + label.length, 1)
  const onOne = `${pad}${label}${text},`
  const isLong = typeof part === 'string' && onOne.length > WIDTH && isWorthALine(label)
  const whole = isLong ? `${pad}${label.trimEnd()}\n${pad}${' '.repeat(STEP)}${text},` : onOne
  const said = above === undefined ? '' : `${pad}// ${above}\n`
  return `${said}${whole}${comment(behind, whole)}\n`
}

/** A value under a name this short would not gain enough by a line of its own; formatters have it so. */
function isWorthALine(label: string): boolean {
  return label.length > STEP + 'xx: '.length
}

function comment(text: string | undefined, before: string): string {
  const column = before.length - (before.lastIndexOf('\n') + 1)
  const room = WIDTH - column - ' // '.length
  if (text === undefined || (text.length > room && room < LEAST_COMMENT)) return ''
  return text.length <= room ? ` // ${text}` : ` // ${text.slice(0, room - 1).toWellFormed()}…`
}

import { styleText } from 'node:util'
import { printable } from '../../model/printable.ts'

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

/** A piece of a line; a bare string has no style. */
export type Span = string | { readonly style: Style; readonly text: string }

/** One line, or an empty one. */
export type Line = readonly Span[]

/** The text of some lines, each with its end. Texts of any origin come out harmless. */
export function renderLines(lines: readonly Line[], colour: boolean): string {
  return lines.map((line) => `${line.map((span) => renderSpan(span, colour)).join('')}\n`).join('')
}

function renderSpan(span: Span, colour: boolean): string {
  if (typeof span === 'string') return printable(span)
  const text = printable(span.text)
  return colour ? styleText(span.style, text, { validateStream: false }) : text
}

/** One JSON document on a line of its own. Outside of its strings JSON has no character that could do harm. */
export function renderDocument(document: unknown): string {
  return `${printable(JSON.stringify(document))}\n`
}

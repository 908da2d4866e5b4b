import type { Line } from './text.ts'

const FIELD_WIDTH = 'description'.length

/** What a field says, below what it belongs to. The field's name stands before its first line only. */
export function labelled(field: string, lines: readonly Line[]): readonly Line[] {
  return lines.map((line, index) => [
    '    ',
    { style: 'dim', text: (index === 0 ? field : '').padEnd(FIELD_WIDTH) },
    '  ',
    ...line,
  ])
}

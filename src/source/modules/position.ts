/** A place in a text: line and column count from 1, columns in UTF-16 units, as editors and V8 do. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** The place of an offset in UTF-16 units. */
export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset)
  return { line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') }
}

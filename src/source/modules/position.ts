/** A place in a text: line and column count from 1, columns in UTF-16 units, as editors and V8 do. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** The place of an offset in UTF-16 units. */
export function positionAt(text: string, offset: number): Position {
  const end = Math.min(offset, text.length)
  let line = 1
  let start = 0
  for (let at = text.indexOf('\n'); at !== -1 && at < end; at = text.indexOf('\n', start)) {
    line += 1
    start = at + 1
  }
  return { line, column: end - start + 1 }
}

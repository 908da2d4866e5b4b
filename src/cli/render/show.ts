import { isTerminal, standardOutput, wantsColour } from '../../log/output.ts'
import { type Line, renderDocument, renderLines } from './text.ts'

/** Puts a document on standard output: as JSON, or as lines for people, with colours where they can be seen. */
export function show<Document>(document: Document, toLines: (document: Document) => readonly Line[], json: boolean): void {
  standardOutput().write(textOf(document, toLines, json))
}

/** The same as text. */
export function textOf<Document>(document: Document, toLines: (document: Document) => readonly Line[], json: boolean): string {
  return json ? renderDocument(document) : renderLines(toLines(document), isTerminal() && wantsColour(process.env))
}

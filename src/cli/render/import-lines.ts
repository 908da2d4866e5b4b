import { count } from '../../log/words.ts'
import type { CreatedDocument, ImportDocument, SkippedDocument } from './import-document.ts'
import type { Line } from './text.ts'

/** What is said beside the document. */
export interface ImportHints {
  /** The folder as it is to be shown. */
  readonly dir: string
  /** The command that says what the modules come to. */
  readonly plan: string
  /** The command that makes the folder one that an editor understands; undefined where it is. */
  readonly init?: string
}

/** What `import` prints: a line for each entry, what to do next. */
export function importLines({ created, skipped }: ImportDocument, { dir, plan, init }: ImportHints): readonly Line[] {
  const others = skipped.filter(({ reason }) => reason === 'other-owner')
  const told = skipped.filter(({ reason }) => reason !== 'other-owner')
  const lines = [...created.map((each) => createdLine(each, dir)), ...told.map(skippedLine), ...otherLines(others)]
  if (lines.length === 0) return [['Nothing to import: what is on the gateway is declared already.']]
  if (created.length === 0) return [...lines, [], ['Nothing is imported.']]
  const next: Line[] = [[], [`See what they come to: ${plan}`]]
  return [...lines, ...next, ...(init === undefined ? [] : [[`For types in your editor: ${init}`]])]
}

function createdLine({ file, key, id, adopts }: CreatedDocument, dir: string): Line {
  const path = `${dir}/${file}`
  return [`created    ${path}`, { style: 'dim', text: `  ${key}, ${adopts ? `to adopt ${id}` : id}` }]
}

function skippedLine({ id, name, msg, reason }: SkippedDocument): Line {
  const sign = reason === 'not-written' ? 'failed     ' : 'skipped    '
  return [{ style: 'yellow', text: sign }, `${id}${name === null ? '' : ` ${JSON.stringify(name)}`}: ${msg}`]
}

/** A line for each owner. */
function otherLines(others: readonly SkippedDocument[]): readonly Line[] {
  return [...Map.groupBy(others, ({ msg }) => msg)].map(([msg, { length }]) => [
    { style: 'dim', text: 'left       ' },
    length === 1
      ? `${count(length, 'configuration')}: ${msg}`
      : `${count(length, 'configuration')}: ${msg.replace(/^it belongs/, 'they belong')}`,
  ])
}

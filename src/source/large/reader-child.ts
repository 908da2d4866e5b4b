/**
 * The reader: takes large files apart, so that the daemon neither waits for a parser nor dies with one. Started by `reader.ts` with an
 * empty environment; it runs no code of the files.
 */
import { writeSync } from 'node:fs'
import { parseData } from '../modules/data.ts'
import { lexerReady } from '../modules/imports.ts'
import { lineSplitter } from '../evaluator/protocol.ts'
import type { ReadAnswer, ReadRequest } from './reader.ts'
import { recordOf } from '../modules/record.ts'

const ANSWERS = 3

let turn: Promise<void> = lexerReady()
process.stdin.setEncoding('utf8').on(
  'data',
  lineSplitter(
    (line) => {
      turn = turn.then(() => serve(JSON.parse(line) as ReadRequest))
    },
    () => process.exit(1),
  ),
)
process.stdin.on('end', () => process.exit())

async function serve(request: ReadRequest): Promise<void> {
  send(
    request.type === 'record'
      ? { type: 'record', ...withoutText(request) }
      : { type: 'data', parsed: await parseData(request.record) },
  )
}

/** Whoever asks has the text. */
function withoutText({ file }: Extract<ReadRequest, { type: 'record' }>): Omit<Extract<ReadAnswer, { type: 'record' }>, 'type'> {
  const { code, imports, flaw, map } = recordOf(file, true)
  return { code: code === file.text ? undefined : code, imports, flaw, map }
}

function send(answer: ReadAnswer): void {
  const bytes = Buffer.from(`${JSON.stringify(answer)}\n`)
  for (let sent = 0; sent < bytes.length;) sent += writeSync(ANSWERS, bytes, sent)
}

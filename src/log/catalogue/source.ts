import { formatDuration } from '../../model/duration.ts'
import type { EventFields } from '../../model/events.ts'
import { ALWAYS, MAYBE, type Rows } from '../row.ts'
import { count, list, nextTry } from '../words.ts'

/** The folder and its modules. */
export const sourceEvents: Rows<'source' | 'evaluator'> = {
  'source.loaded': {
    level: 'info',
    meaning: 'The folder was read, or read again after a change.',
    fields: { files: ALWAYS, entries: ALWAYS, evaluated: ALWAYS, invalid: ALWAYS, durationMs: ALWAYS },
    sentence: ({ files, entries, evaluated, invalid, durationMs }) =>
      `${count(entries, 'entry', 'entries')} from ${count(files, 'module')} in ${formatDuration(durationMs)}: ` +
      `${evaluated} evaluated, ${invalid === 0 ? 'all load' : `${count(invalid, 'module')} not loading`}`,
  },
  'source.invalid': {
    level: 'error',
    meaning:
      'A module does not load. What its entries have on the gateway stays as it is until the module is mended. ' +
      'Told when it breaks, when it is saved and still broken, and when a resync finds that it fails in another way.',
    fields: {
      file: ALWAYS,
      problem: ALWAYS,
      msg: ALWAYS,
      line: MAYBE,
      column: MAYBE,
      path: MAYBE,
      frame: MAYBE,
      keys: MAYBE,
    },
    sentence: invalidModule,
  },
  'source.recovered': {
    level: 'info',
    meaning:
      'A module that did not load does so again: it was mended, or a resync tried it again, ' +
      'as it does where the cause may lie elsewhere (it threw, took too long or ended the evaluator, or it imports a package).',
    fields: { file: ALWAYS },
    sentence: ({ file }) => `${file}: loads again`,
  },
  'source.missing': {
    level: 'error',
    meaning: 'The folder is gone or cannot be read. Nothing is concluded from that, and nothing is removed.',
    fields: { dir: ALWAYS },
    sentence: ({ dir }) => `${dir} is gone: what it declared stays as it is; put the folder back, or stop aigw-sync`,
  },
  'source.found': {
    level: 'info',
    meaning: 'The folder is there again.',
    fields: { dir: ALWAYS },
    sentence: ({ dir }) => `${dir} is there again`,
  },
  'source.degraded': {
    level: 'warn',
    meaning: 'Watching or reading the folder works in a lesser way, which the message names.',
    fields: { msg: ALWAYS },
    sentence: ({ msg }) => msg,
  },
  'evaluator.exposed': {
    level: 'warn',
    meaning:
      'At the start, where the system at hand lacks something that keeps config modules in: `network` (Node.js before 26, and no namespaces), ' +
      '`orphans` (no `setpriv`, or none that may run, as in a unit), `memory` (no `/proc`). See docs/evaluator.md.',
    fields: { gaps: ALWAYS },
    sentence: ({ gaps }) => `config modules run less isolated than they could: ${list(gaps.map((gap) => GAPS[gap]))}`,
  },
  'evaluator.unavailable': {
    level: 'error',
    meaning:
      'The process that runs modules does not start, or its unit cannot be reached. What is to be evaluated waits; its entries stay as they are on the gateway.',
    fields: { msg: ALWAYS, attempt: ALWAYS, delayMs: ALWAYS },
    sentence: ({ msg, delayMs }) => `modules are not evaluated: ${msg}; ${nextTry(delayMs)}`,
  },
  'evaluator.recovered': {
    level: 'info',
    meaning: 'Modules are evaluated again.',
    fields: { durationMs: ALWAYS },
    sentence: ({ durationMs }) => `modules are evaluated again, after ${formatDuration(durationMs)}`,
  },
  'evaluator.restarted': {
    level: 'info',
    meaning: 'The process that runs modules was replaced. A module that caused it has a line of its own.',
    fields: { reason: ALWAYS, file: MAYBE },
    sentence: ({ reason, file }) => `the evaluator was replaced: ${RESTARTS[reason]}${file === undefined ? '' : ` (${file})`}`,
  },
}

const GAPS: Readonly<Record<EventFields['evaluator.exposed']['gaps'][number], string>> = {
  network: 'only JavaScript of ours keeps them from the network (Node.js 26 denies it)',
  orphans: 'one in an endless loop outlives a killed daemon, though not its unit (setpriv of util-linux cannot be used)',
  memory: 'memory outside of the JavaScript heap is not bounded (there is no /proc)',
}

const RESTARTS: Readonly<Record<EventFields['evaluator.restarted']['reason'], string>> = {
  timeout: 'a module ran too long',
  memory: 'a module took too much memory',
  exit: 'it ended without being asked to',
  recycled: 'it had served its term',
}

function invalidModule({ file, line, column, path, msg, keys }: EventFields['source.invalid']): string {
  const place = line === undefined ? file : column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`
  const kept = keys?.length ? `; ${list(keys)} ${keys.length === 1 ? 'stays as it was' : 'stay as they were'}` : ''
  return `${place}: does not load: ${path === undefined || msg.includes(path) ? '' : `${path}: `}${msg}${kept}`
}

import type { SyncEvent } from '../model/events.ts'
import { printable } from '../model/printable.ts'
import { rowOf } from './catalogue.ts'
import type { Level } from './row.ts'

export function levelOf(event: SyncEvent): Level {
  return rowOf(event).level
}

/** What a line says beside its level and time: the event with its fields, and the sentence. An event's own `msg` is the line's `error`. */
export function contentOf(event: SyncEvent): readonly [fields: object, msg: string] {
  return [fields(event), rowOf(event).sentence(event)]
}

/** The line that the log has of an event, as JSON without its end, whatever the log's own level and format. */
export function lineOf(event: SyncEvent, time: Date): string {
  const [told, msg] = contentOf(event)
  return printable(JSON.stringify({ level: levelOf(event), time: time.toISOString(), ...told, msg }))
}

function fields(event: SyncEvent): object {
  const timed = 'durationMs' in event ? { ...event, durationMs: tenths(event.durationMs) } : event
  if (!('msg' in timed)) return timed
  const { msg, ...rest } = timed
  return { ...rest, error: msg }
}

/** Finer than a tenth of a millisecond is noise. */
function tenths(ms: number): number {
  return Math.round(ms * 10) / 10
}

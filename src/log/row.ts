import type { EventFields, EventName } from '../model/events.ts'

/** What an event may be logged as. */
export type Level = 'debug' | 'info' | 'warn' | 'error' | 'fatal'

/** How the log tells one event. */
export interface Row<Name extends EventName> {
  readonly level: Level
  /** When it is reported, for the documentation. */
  readonly meaning: string
  /** Every field of the event, and whether each of its lines has it. */
  readonly fields: FieldsOf<Name>
  /** The line's `msg`. Texts from elsewhere go in as they are: escaping is the writer's part. */
  readonly sentence: (fields: EventFields[Name]) => string
}

/** The rows of every event whose name begins with one of the subjects, so that none can be forgotten. */
export type Rows<Subject extends string> = {
  readonly [Name in Extract<EventName, `${Subject}.${string}`>]: Row<Name>
}

type FieldsOf<Name extends EventName> = {
  readonly [Field in keyof EventFields[Name]]-?: Partial<Pick<EventFields[Name], Field>> extends Pick<EventFields[Name], Field>
    ? typeof MAYBE
    : typeof ALWAYS
}

export const ALWAYS = 'always'
export const MAYBE = 'maybe'

export const SUBJECT = { key: ALWAYS, id: ALWAYS } as const

export const FAILURE = { msg: ALWAYS, status: MAYBE, errorCode: MAYBE, operationId: MAYBE } as const

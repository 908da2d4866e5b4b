import { printable } from '../model/printable.ts'

/** A line of the log as JSON has it, as far as people are shown it. */
export interface Line {
  readonly level: string
  /** RFC 3339. */
  readonly time: string
  readonly msg: string
  readonly key?: string
  readonly file?: string
  readonly operationId?: string
  readonly frame?: string
}

/** `06:31:17.123 • team-a/chatbot: created as aigac_… in 34 ms`, in local time, with a frame indented below. */
export function renderPretty(line: Line, colour: boolean): string {
  const paint = colour ? painted : plain
  const [sign, style] = SIGNS[line.level] ?? ['?', 'bold']
  const operation = line.operationId === undefined ? '' : paint('dim', `  operation ${printable(line.operationId)}`)
  const head = `${paint('dim', clock(line.time))} ${paint(style, sign)} ${emphasised(line, paint)}${operation}`
  return `${[head, ...frameLines(line.frame)].join('\n')}\n`
}

type Paint = (style: Style, text: string) => string

type Style = keyof typeof STYLES

const STYLES = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const

const SIGNS: Readonly<Record<string, readonly [sign: string, style: Style]>> = {
  trace: ['·', 'dim'],
  debug: ['·', 'dim'],
  info: ['•', 'green'],
  warn: ['▲', 'yellow'],
  error: ['×', 'red'],
  fatal: ['×', 'red'],
}

const plain: Paint = (_style, text) => text

const painted: Paint = (style, text) => {
  const [on, off] = STYLES[style]
  return `\u001b[${on}m${text}\u001b[${off}m`
}

function clock(time: string): string {
  const date = new Date(time)
  const [hours, minutes, seconds] = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) =>
    String(part).padStart(2, '0'),
  )
  return `${hours}:${minutes}:${seconds}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

/** The sentence with what it is about in bold, where it begins with that. */
function emphasised({ msg, key, file }: Line, paint: Paint): string {
  const subject = key ?? file
  if (subject === undefined || !msg.startsWith(subject)) return printable(msg)
  return paint('bold', printable(subject)) + printable(msg.slice(subject.length))
}

/** Tabs stay, they line up with the marker's. */
function frameLines(frame: string | undefined): readonly string[] {
  if (frame === undefined) return []
  return frame.split(/\r?\n/).map((text) => `    ${text.split('\t').map(printable).join('\t')}`)
}

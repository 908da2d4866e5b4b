import { EXIT } from './exit-codes.ts'

/**
 * What is said of an exception that nobody caught. Whoever threw it may have had a request in their hands: its message, its properties
 * and its cause may hold a value or the token, and only what kind it is and where it came from is told.
 * @returns for standard error, without a newline at the end
 */
export function describeCrash(thrown: unknown): string {
  const { name, code, stack } = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as Readonly<Record<string, unknown>>
  const what =
    [name, code].filter((word) => typeof word === 'string' && WORD.test(word)).join(', ') || 'something that is no error'
  const frames = typeof stack === 'string' ? stack.split('\n').filter((line) => FRAME.test(line)) : []
  return [`aigw-sync: broken, and ends: ${what}, thrown where nobody catches it. ${WITHHELD}`, ...frames].join('\n')
}

const WITHHELD = 'Its message is left out, as it may hold a secret. Please report it with these lines.'

/** `TypeError`, `ERR_INVALID_ARG_TYPE`: short, and of letters alone, as no value is. */
const WORD = /^[A-Za-z_]{1,40}$/

/** Lines of a message may look like much, but not like a place in a file. */
const FRAME = /^ {4}at (?:[\w$.#<>[\] ]+ \()?(?:file:\/\/|node:|\/)[^()"'`]+:\d+:\d+\)?$/

/** Has the process end with that. */
export function tellCrashes(): void {
  process.on('uncaughtException', (thrown) => {
    process.stderr.write(`${describeCrash(thrown)}\n`)
    process.exit(EXIT.failed)
  })
}

/** Commands run under strace(1), which can make a chosen system call fail, or kill the process at it. */
import { spawnSync } from 'node:child_process'

/** Why no command can be traced here, to be said in the title of what is skipped; undefined where it works. */
export const UNTRACEABLE = whyUntraceable()

/** Which system calls are meant. */
export interface Watch {
  /** Calls that name one of these files or folders, or a descriptor of one. `{pid}` in a path is the number of the process. */
  readonly files?: readonly string[]
  /** Their names; all that deal with files where it is left out. A name that this machine's kernel does not know is left out. */
  readonly calls?: readonly string[]
}

/** Something to happen on entering a call; one that fails is not carried out. Calls count from 1, and `2+` means the second and all later ones. */
export type Injection = { readonly call: string; readonly when: number | `${number}+` } & (
  | { readonly error: string }
  | { readonly signal: NodeJS.Signals }
)

export interface Tracing extends Watch {
  /** Where strace writes one line a call. */
  readonly log: string
  readonly inject?: readonly Injection[]
}

/**
 * The command that runs a command traced. It has the process number, the output and the ending of the command itself, since strace
 * keeps in the background (`-D`); the log is whole when the output has ended.
 *
 * The command's file system work is put on a single thread, because strace counts calls for each thread.
 */
export function traced(
  command: readonly string[],
  { files = [], calls = ['%file', '%desc'], log, inject = [] }: Tracing,
): string[] {
  const options = [
    `-D -f -y -s 0 -o ${quote(log)}`,
    `-e ${quote(`trace=${calls.map((call) => (call.startsWith('%') ? call : `?${call}`)).join(',')}`)}`,
    ...files.map((path) => `-P ${quote(path).replaceAll('{pid}', () => "'$$'")}`),
    ...inject.map((each) => `-e ${quote(injection(each))}`),
  ]
  return ['/bin/sh', '-c', `exec env UV_THREADPOOL_SIZE=1 strace ${options.join(' ')} "$@"`, 'sh', ...command]
}

/** One call of a traced command. */
export interface TracedCall {
  readonly call: string
  /** The how-manieth of its name in its thread, as an injection counts. */
  readonly when: number
  /** As strace wrote it, with arguments and outcome, and the path of each descriptor. */
  readonly text: string
}

/** The calls in a log, in order. What came of one that another thread interrupted is not in its text. */
export function tracedCalls(log: string): TracedCall[] {
  const counts = new Map<string, number>()
  return [...log.matchAll(/^(\d+) +(\w+)\(.*$/gm)].map(([text, thread = '', call = '']) => {
    const when = (counts.get(`${thread} ${call}`) ?? 0) + 1
    counts.set(`${thread} ${call}`, when)
    return { call, when, text }
  })
}

/** An injection that kills at each of these calls, from a run that went well. Of two threads' the first to come there is killed. */
export function killsAt(calls: readonly TracedCall[]): Injection[] {
  const kills = calls.map(({ call, when }) => [`${call} ${when}`, { call, when, signal: 'SIGKILL' }] as const)
  return [...new Map(kills).values()]
}

function injection({ call, when, ...what }: Injection): string {
  return `inject=${call}:${'error' in what ? `error=${what.error}` : `signal=${what.signal}`}:when=${when}`
}

/** For the shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

function whyUntraceable(): string | undefined {
  const [file = '', ...args] = traced(['true'], { log: '/dev/null' })
  const { status, stderr } = spawnSync(file, args, { encoding: 'utf8' })
  if (status === 0) return undefined
  return status === 127 ? 'strace is not installed' : `strace may not trace here: ${stderr.trim()}`
}

/**
 * The evaluator: runs the config modules it is handed, one after another, and answers with plain data. Started by `lane.ts` as a
 * process of its own under Node's permission model, with an empty environment; it imports only what lies beside it.
 */
import { writeSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { plain } from './plain.ts'
import { type Answer, type EvaluationRequest, type Frame, lineSplitter, MAX_FRAME, type Thrown } from './protocol.ts'
import { runtime, unmarked } from './runtime.ts'
import { startServing } from './serve.ts'
import { thrownOf } from './thrown.ts'

const ANSWERS = 3
const NO_DEFAULT = 'expected a default export: `export default defineConfig({ … })`'

interface Running {
  readonly url: string
  /** What it threw where nobody caught it. */
  stray: Answer | undefined
}

Error.stackTraceLimit = 50
const server = await startServing('aigw-sync', runtime)
const waiting: EvaluationRequest[] = []
let current: Running | undefined

process.on('uncaughtException', (error): void => {
  const thrown = thrownOf(error)
  if (current !== undefined && thrown.stack?.includes(current.url) === true) current.stray ??= { type: 'threw', thrown }
  else leave(thrown)
})
process.stdin.setEncoding('utf8').on(
  'data',
  lineSplitter(receive, () => process.exit(1)),
)
process.stdin.on('end', () => process.exit())
send({ type: 'ready' })

/** It may be a leftover of a module before this one: whoever runs now is run again elsewhere before it is blamed. */
function leave({ msg, stack }: Thrown): never {
  writeSync(process.stderr.fd, stack ?? msg)
  process.exit(1)
}

function receive(line: string): void {
  waiting.push(JSON.parse(line) as EvaluationRequest)
  if (current === undefined) void work()
}

async function work(): Promise<void> {
  for (let request = waiting.shift(); request !== undefined; request = waiting.shift()) {
    server.add(request.modules)
    if (current === undefined) send({ type: 'started' })
    const running: Running = { url: request.url, stray: undefined }
    current = running
    const answer = await evaluate(request)
    await turn() // what the module left unhandled comes up now
    send({ ...(running.stray ?? answer), id: request.id })
  }
  current = undefined
}

async function evaluate({ url, probe }: EvaluationRequest): Promise<Answer> {
  try {
    const namespace = (await import(url)) as { readonly default?: unknown }
    return probe ? { type: 'done' } : answerWith(await namespace.default)
  } catch (error) {
    return { type: 'threw', thrown: { ...thrownOf(error), ...(isUncompiled(error) && { uncompiled: server.latest() }) } }
  }
}

/** Node says neither where nor in which module it met syntax it does not know; it is the one it took last. */
function isUncompiled(error: unknown): boolean {
  return error instanceof SyntaxError && /^\s+at compileSourceTextModule /m.test(error.stack ?? '')
}

function answerWith(exported: unknown): Answer {
  if (exported === undefined) return { type: 'invalid', msg: NO_DEFAULT, path: '' }
  const { value, several } = unmarked(exported)
  const result = plain(value)
  return result.ok ? { type: 'value', value: result.value, several } : { type: 'invalid', msg: result.msg, path: result.path }
}

function send(frame: Frame): void {
  const text = JSON.stringify(frame)
  if (text.length > MAX_FRAME && 'id' in frame)
    return send({ id: frame.id, type: 'invalid', msg: 'expected less data', path: '' })
  const bytes = Buffer.from(`${text}\n`)
  for (let sent = 0; sent < bytes.length;) sent += writeSync(ANSWERS, bytes, sent)
}

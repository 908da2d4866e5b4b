/**
 * The evaluator: runs the config modules it is handed, one after another, and answers with plain data. Started by `lane.ts` as a
 * process of its own under Node's permission model, with an empty environment; it imports only what lies beside it. Node's modules are
 * got without an `import`, here and in what it imports: that would look at every property of them, and so load what they keep for later
 * (for `fs`, streams): a quarter of the start.
 */
import { fastenGlobals, fastenProcess } from './belt.ts'
import { fastenBuiltins } from './builtins.ts'
import { freezeExports } from './freeze.ts'
import { plain } from './plain.ts'
import { type Answer, type EvaluationRequest, type Frame, MAX_FRAME, type SignedFrame, type Thrown } from './protocol.ts'
import { lineReader } from './requests.ts'
import { runtime, unmarked } from './runtime.ts'
import { startServing } from './serve.ts'
import { thrownOf } from './thrown.ts'
import { makeToken } from './token.ts'

const REQUESTS = 0
const ANSWERS = 3
const ERRORS = 2
const NO_DEFAULT = 'expected a default export: `export default defineConfig({ … })`'

interface Running {
  readonly url: string
  /** What it threw where nobody caught it. */
  stray: Answer | undefined
}

// Taken hold of before a module may have put something else in their place.
const exit = process.exit.bind(process)
const unlisten = process.removeAllListeners.bind(process)
const { setImmediate: turn } = process.getBuiltinModule('node:timers/promises')
const { writeSync: write } = process.getBuiltinModule('node:fs')
const encoder = new TextEncoder()
const encode = encoder.encode.bind(encoder)
const next = lineReader(REQUESTS)
/** Says that a frame is ours. No module can know it: it stands in no object that a module can reach, and on no pipe it can read. */
const token = makeToken()
const server = await startServing('aigw-sync', runtime)
let current: Running | undefined

process.setUncaughtExceptionCaptureCallback((error): void => {
  const thrown = thrownOf(error)
  if (current !== undefined && thrown.stack?.includes(current.url) === true)
    current.stray ??= { type: 'threw', thrown, stray: true }
  else leave(thrown)
})
setInterval(() => undefined, 2 ** 30) // a module that waits for what never comes is to be waited for, not to end the process
if (process.argv[2] !== undefined && process.argv[2] !== String(process.ppid)) exit() // it was killed before the kernel knew of us
fastenBuiltins()
fastenProcess()
fastenGlobals()
send({ type: 'ready' })
for (let line = next(); line !== undefined; line = next()) await work(JSON.parse(line) as EvaluationRequest)
exit()

/** It may be a leftover of a module before this one: whoever runs now is run again elsewhere before it is blamed. */
function leave({ msg, stack }: Thrown): never {
  write(ERRORS, stack ?? msg)
  return exit(1)
}

async function work(request: EvaluationRequest): Promise<void> {
  server.add(request.modules)
  const running: Running = { url: request.url, stray: undefined }
  current = running
  const answer = await evaluate(request)
  if (request.lingers) await turn() // what the module left unhandled comes up now
  current = undefined
  unlisten('unhandledRejection') // or what the next one leaves unhandled would be lost
  send({ ...(running.stray ?? answer), id: request.id })
}

async function evaluate({ url, probe, shared }: EvaluationRequest): Promise<Answer> {
  try {
    for (const each of shared) freezeExports((await load(each)) as object)
    const namespace = (await import(url)) as { readonly default?: unknown }
    return probe ? { type: 'done' } : answerWith(await namespace.default)
  } catch (error) {
    return { type: 'threw', thrown: { ...thrownOf(error), ...(isUncompiled(error) && { uncompiled: server.latest() }) } }
  }
}

function load(url: string): Promise<unknown> {
  return /\.json\?v=/.test(url) ? import(url, { with: { type: 'json' } }) : import(url)
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
  const text = JSON.stringify({ ...frame, token } satisfies SignedFrame)
  if (text.length > MAX_FRAME && 'id' in frame)
    return send({ id: frame.id, type: 'invalid', msg: 'expected less data', path: '' })
  const bytes = encode(`${text}\n`)
  for (let sent = 0; sent < bytes.length;) sent += write(ANSWERS, bytes, sent)
  bytes.fill(0) // or what a module takes unfilled from the heap might hold the token
}

import { fileURLToPath } from 'node:url'
import type { SourceFile } from '../folder/file.ts'
import type { Parsed } from '../modules/data.ts'
import type { Command } from '../evaluator/command.ts'
import { startChild } from '../evaluator/process.ts'
import { blankRecord, type ModuleRecord } from '../modules/record.ts'
import { Child, type Death } from '../evaluator/talk.ts'
import { wallOf } from '../evaluator/wall.ts'

/** What the parent asks, a document a line on the child's stdin, one at a time. */
export type ReadRequest =
  | { readonly type: 'record'; readonly file: SourceFile }
  | { readonly type: 'data'; readonly record: ModuleRecord }

/** What the child answers on its descriptor 3. `code` is left out where it is the text itself. */
export type ReadAnswer =
  | ({ readonly type: 'record'; readonly code: string | undefined } & Pick<ModuleRecord, 'imports' | 'flaw' | 'map'>)
  | { readonly type: 'data'; readonly parsed: Parsed }

/** What is within the limits of size takes a tenth of it. */
const PATIENCE_MS = 5_000

/** Of the child's JavaScript heap. */
const MEMORY_MB = 256

/** How long a child is kept for the next large file. */
const IDLE_MS = 10_000

interface Task {
  readonly request: ReadRequest
  readonly resolve: (outcome: ReadAnswer | Failure) => void
}

interface Failure {
  readonly type: 'failed'
  readonly why: string
}

const STOPPING: Failure = { type: 'failed', why: 'aigw-sync is stopping' }

/**
 * Takes large files apart in a process of its own, one after another. A parser that runs too long is stopped, and one that ends its process
 * ends that one: oxc's goes down the native stack as far as a text is nested, which no brackets need to show.
 */
export class Reader {
  readonly #queue: Task[] = []
  readonly #patienceMs: number
  #child: Child | undefined
  #timer: NodeJS.Timeout | undefined
  #closed = false

  /** @param patienceMs for one file */
  constructor(patienceMs = PATIENCE_MS) {
    this.#patienceMs = patienceMs
  }

  /** What `recordOf` says of it; a file that the parser cannot take has that for a flaw. */
  async record(file: SourceFile): Promise<ModuleRecord> {
    const outcome = await this.#ask({ type: 'record', file })
    const blank = blankRecord(file)
    if (outcome.type !== 'record') return { ...blank, flaw: { msg: whyOf(outcome) } }
    const { type: _type, code, ...rest } = outcome
    return { ...blank, ...rest, code: code ?? file.text }
  }

  /** What `parseData` says of it. */
  async data(record: ModuleRecord): Promise<Parsed> {
    const outcome = await this.#ask({ type: 'data', record })
    return outcome.type === 'data' ? outcome.parsed : { ok: false, finding: { kind: 'syntax', msg: whyOf(outcome) } }
  }

  /** What is not answered yet fails. */
  async close(): Promise<void> {
    this.#closed = true
    const child = this.#child
    this.#child = undefined
    clearTimeout(this.#timer)
    for (const { resolve } of this.#queue.splice(0)) resolve(STOPPING)
    await child?.kill()
  }

  #ask(request: ReadRequest): Promise<ReadAnswer | Failure> {
    if (this.#closed) return Promise.resolve(STOPPING)
    return new Promise((resolve) => {
      this.#queue.push({ request, resolve })
      if (this.#queue.length === 1) this.#next()
    })
  }

  #next(): void {
    clearTimeout(this.#timer)
    const [task] = this.#queue
    if (task === undefined) {
      this.#timer = setTimeout(() => this.#replace(), IDLE_MS).unref()
      return
    }
    this.#timer = setTimeout(() => this.#giveUp(), this.#patienceMs)
    this.#child ??= this.#start()
    this.#child.send(task.request)
  }

  #start(): Child {
    return new Child((events) => startChild(readerCommand(), events), {
      frame: (frame) => this.#settle(frame as unknown as ReadAnswer),
      died: (death) => {
        this.#child = undefined
        this.#settle({ type: 'failed', why: reasonOf(death) })
      },
    })
  }

  #giveUp(): void {
    this.#replace()
    this.#settle({ type: 'failed', why: `it took longer than ${this.#patienceMs / 1000} seconds` })
  }

  #replace(): void {
    void this.#child?.kill()
    this.#child = undefined
  }

  #settle(outcome: ReadAnswer | Failure): void {
    this.#queue.shift()?.resolve(outcome)
    this.#next()
  }
}

function whyOf(outcome: ReadAnswer | Failure): string {
  const why = outcome.type === 'failed' ? outcome.why : `it answered with ${outcome.type}`
  return `the parser gave up on it: ${why}; say it in several smaller files`
}

function reasonOf({ memory, msg }: Death): string {
  if (memory) return `it needed more than ${MEMORY_MB} MB`
  return msg === 'SIGSEGV' || msg === 'SIGBUS' ? 'its expressions or types are nested, or chained, too deep' : msg
}

/** It ends with us, and has no network: a parser needs none. */
function readerCommand(): Command {
  const script = import.meta.url.endsWith('.ts') ? './reader-child.ts' : './reader.cjs'
  const [executable, ...args] = [
    ...wallOf().prefix,
    process.execPath,
    '--no-warnings',
    `--max-old-space-size=${MEMORY_MB}`,
    fileURLToPath(new URL(script, import.meta.url)),
  ]
  return { executable, args }
}

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Answered, Asked, Greeting, Question } from './gateway-process.ts'
import type { Stage } from './stage.ts'

/** The gateway that everything is asked of: the emulator, in a process of its own. */
export interface BenchGateway {
  readonly url: string
  readonly token: string
  /**
   * @param texts each the name or the description of a configuration, and of none before
   * @returns when the last POST or PATCH with one of them had arrived whole, whether that has been or is to come: in milliseconds of `clock()`
   */
  readonly arrival: (texts: readonly string[]) => Promise<number>
  /** Milliseconds from the first POST to the last. */
  readonly span: () => Promise<number>
  /** How many requests came so far: by `GET /access-key-configurations`, … */
  readonly counts: () => Promise<Readonly<Record<string, number>>>
}

const PROCESS = fileURLToPath(new URL('gateway-process.ts', import.meta.url))
const PATIENCE_MS = 240_000

export async function openGateway(stage: Stage): Promise<BenchGateway> {
  const child = fork(PROCESS, { execArgv: ['--no-warnings'], detached: true }) // Ctrl-C in a terminal is for the bench
  const open = new Map<number, (answer: unknown) => void>()
  stage.onClose(async () => {
    const exited = once(child, 'exit')
    child.disconnect()
    await exited
  })
  const [{ url, token }] = (await once(child, 'message')) as [Greeting]
  child.on('message', ({ number, answer }: Answered) => {
    open.get(number)?.(answer)
    open.delete(number)
  })
  let asked = 0
  const ask = <Answer>(question: Question) =>
    new Promise<Answer>((resolve, reject) => {
      const number = asked++
      const timer = setTimeout(() => reject(new Error(`the gateway does not know of ${what(question)}`)), PATIENCE_MS)
      open.set(number, (answer) => {
        clearTimeout(timer)
        resolve(answer as Answer)
      })
      child.send({ ...question, number } satisfies Asked)
    })
  return {
    url,
    token,
    arrival: (texts) => ask({ ask: 'arrival', texts }),
    span: () => ask({ ask: 'span' }),
    counts: () => ask({ ask: 'counts' }),
  }
}

function what(question: Question): string {
  return question.ask === 'arrival' ? `${question.texts.slice(0, 3).join(', ')} … after ${PATIENCE_MS} ms` : question.ask
}

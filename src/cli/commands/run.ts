import { type LifeError, live } from '../../daemon/life.ts'
import { type Log, type LogLevel, openLog } from '../../log/log.ts'
import type { Failure } from '../../model/events.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { endingOf } from '../failures.ts'
import { wordsOf } from '../render/status-words.ts'
import { openSession } from '../session.ts'
import { complain } from '../stderr.ts'
import { listenForReload, listenForStop } from '../stop-request.ts'
import { VERSION } from '../package.ts'

/** `aigw-sync run`: the daemon. */
export async function run(flags: Readonly<Record<string, unknown>>): Promise<ExitCode> {
  const stop = listenForStop()
  const hangup = listenForReload()
  let log: Log | undefined
  const opened = await openSession(flags, ({ logLevel, logFormat }) => {
    log = openLog({ level: logLevel, format: logFormat })
    return log.report
  })
  if (opened.isErr()) return complain(opened.error)
  const { settings, token, report, reread, close } = opened.value
  const reload = { ...hangup, settings: reread, setLogLevel: (level: LogLevel) => log?.setLevel(level) }
  const ended = await live({ settings, token, version: VERSION, stop, reload, words: wordsOf, failure }, report)
  await close()
  if (ended.isOk() || stop.signal.aborted) return EXIT.done
  return endingOf(ended.error).exitCode
}

function failure(error: LifeError): Failure {
  return endingOf(error).failure
}

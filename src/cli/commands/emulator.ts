import { type EmulatorOptions, startEmulator } from '../../emulator/emulator.ts'
import { openLog } from '../../log/log.ts'
import { readEmulatorSwitches } from '../emulator-switches.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { complain } from '../stderr.ts'
import { listenForStop } from '../stop-request.ts'

/** `aigw-sync emulator`: the gateway's API in memory, for as long as the process runs. */
export async function emulator(flags: Readonly<Record<string, unknown>>): Promise<ExitCode> {
  const stop = listenForStop()
  const switches = readEmulatorSwitches(flags, '')
  if (switches.isErr()) return complain({ msg: switches.error, exitCode: EXIT.usage })
  const address = readAddress(flags)
  if (typeof address === 'string') return complain({ msg: address, exitCode: EXIT.usage })
  const started = await startEmulator({ ...switches.value, ...address })
  if (started.isErr()) return complain({ msg: `the emulator does not start: ${started.error.msg}`, exitCode: EXIT.temporary })
  openLog({ level: 'info' }).report({ event: 'emulator.started', url: started.value.url })
  if (!stop.signal.aborted) await new Promise((resolve) => stop.signal.addEventListener('abort', resolve, { once: true }))
  await started.value.close()
  return EXIT.done
}

/** @returns a sentence where the port is none */
function readAddress({ port, token }: Readonly<Record<string, unknown>>): Pick<EmulatorOptions, 'port' | 'token'> | string {
  const accepted = typeof token === 'string' ? { token } : {}
  if (typeof port !== 'string') return accepted
  if (/^\d{1,5}$/.test(port) && Number(port) <= 65_535) return { port: Number(port), ...accepted }
  return `Expected \`--port\` to be a number from 0 to 65535, got \`${port}\`.`
}

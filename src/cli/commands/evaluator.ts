import { fstatSync } from 'node:fs'
import { Socket } from 'node:net'
import { supervise } from '../../source/evaluator/supervise.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { VERSION } from '../package.ts'
import { complain } from '../stderr.ts'

const STDIN = 0

/** `aigw-sync evaluator`: runs modules for the one who connected to the socket that standard input is. */
export async function evaluator(): Promise<ExitCode> {
  if (!fstatSync(STDIN).isSocket()) return complain({ msg: NO_SOCKET, exitCode: EXIT.usage })
  const outcome = await supervise(new Socket({ fd: STDIN, readable: true, writable: true }), VERSION)
  return outcome === 'done' ? EXIT.done : complain({ msg: NO_HELLO, exitCode: EXIT.usage })
}

const NO_SOCKET =
  'Expected standard input to be a connection of a unix socket: this command is for systemd, which starts it where `aigw-sync run --evaluator-socket PATH` connects.'

const NO_HELLO = 'Expected the one who connected to say hello, as aigw-sync does; they did not.'

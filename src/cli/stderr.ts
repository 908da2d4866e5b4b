import type { ExitCode } from './exit-codes.ts'

/** Why a command does not begin: for standard error, since there is no log yet. */
export interface Refusal {
  readonly msg: string
  readonly exitCode: ExitCode
}

/** Says on standard error why a command does not begin. @returns what the process ends with */
export function complain({ msg, exitCode }: Refusal): ExitCode {
  process.stderr.write(`aigw-sync: ${msg}\n`)
  return exitCode
}

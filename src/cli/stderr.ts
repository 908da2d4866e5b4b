import type { ExitCode } from './exit-codes.ts'

/** Says on standard error why a command does not begin. @returns what the process ends with */
export function complain({ msg, exitCode }: { readonly msg: string; readonly exitCode: ExitCode }): ExitCode {
  process.stderr.write(`aigw-sync: ${msg}\n`)
  return exitCode
}

import { tellCrashes } from './crash.ts'
import type { ExitCode } from './exit-codes.ts'
import { startGuessed } from './guess.ts'

tellCrashes()
// Handles that outlive the work (a keep-alive socket, a child that takes its time to die) must not keep the process.
void main(process.argv.slice(2)).then((exitCode) => process.exit(exitCode))

async function main(argv: readonly string[]): Promise<ExitCode> {
  const guessed = await startGuessed({ argv, env: process.env, cwd: process.cwd() })
  const { runProgram } = await import('./program.ts')
  return runProgram(argv, guessed)
}

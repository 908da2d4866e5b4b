import { tellCrashes } from './crash.ts'
import { runProgram } from './program.ts'

tellCrashes()
const exitCode = await runProgram(process.argv.slice(2))
// Handles that outlive the work (a keep-alive socket, a child that takes its time to die) must not keep the process.
process.exit(exitCode)

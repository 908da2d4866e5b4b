import { tellCrashes } from './crash.ts'
import { runProgram } from './program.ts'

tellCrashes()
// Handles that outlive the work (a keep-alive socket, a child that takes its time to die) must not keep the process.
void runProgram(process.argv.slice(2)).then((exitCode) => process.exit(exitCode))

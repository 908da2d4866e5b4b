import { relative, resolve } from 'node:path'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { initFolder, type InitError, type InitOutcome, shippedFiles } from '../init/init.ts'
import { TYPES_PATH } from '../init/tsconfig.ts'
import { packageFolder } from '../package.ts'
import { quoted } from '../../model/quoted.ts'
import { complain } from '../stderr.ts'

/** `aigw-sync init [dir]`: a folder to begin with. */
export async function init(_flags: unknown, dir = 'configs'): Promise<ExitCode> {
  const folder = resolve(dir)
  const made = await shippedFiles(packageFolder()).andThen((files) => initFolder(folder, files))
  return made.match(
    (outcome) => {
      process.stdout.write(describeOutcome(relative(process.cwd(), folder) || '.', outcome))
      return EXIT.done
    },
    (error) => complain({ msg: describeError(error), exitCode: error.type === 'refused' ? EXIT.denied : EXIT.config }),
  )
}

function describeOutcome(dir: string, { created, refreshed, kept, untyped }: InitOutcome): string {
  const lines = [
    ...created.map((path) => `created    ${dir}/${path}`),
    ...refreshed.map((path) => `refreshed  ${dir}/${path}`),
    ...kept.map((path) => `kept       ${dir}/${path}`),
  ]
  if (untyped) lines.push(`\nYour own ${dir}/tsconfig.json stays. For the types, add to its compilerOptions: ${PATHS}`)
  return `${lines.join('\n')}\n\nTry it without an account: aigw-sync run --emulator --dir ${quoted(dir)}\n`
}

const PATHS = `"paths": { "aigw-sync": ["./${TYPES_PATH}"] }`

function describeError({ type, path, msg }: InitError): string {
  if (type === 'not-a-folder') return `${path} is in the way: it is not a folder`
  if (type === 'not-found')
    return `${path} is missing: this aigw-sync is not built or not whole (npm run build, or install it again)`
  return `${path} cannot be written: ${msg}`
}

/** What the scripts that build packages share. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, stat } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { join, relative, resolve } from 'node:path'
import { parseArgs, promisify } from 'node:util'

/** The checkout. */
export const ROOT = join(import.meta.dirname, '..')

/** Something that a person can put right: its message says how. */
export class Refusal extends Error {}

export interface ScriptOptions {
  /** An absolute path; the folder is there. */
  readonly out: string
  /** How a `.deb` is compressed. */
  readonly compression: string
}

const run = promisify(execFile)

/** Runs a script to its end: `--out DIR` (default `packaging/out`), `--no-build` for a `dist` that is built already. */
export async function runScript(build: (options: ScriptOptions) => Promise<void>): Promise<void> {
  try {
    const { values } = parseArgs({
      options: {
        out: { type: 'string', default: join(ROOT, 'packaging/out') },
        build: { type: 'boolean', default: true },
        compression: { type: 'string', default: 'xz' },
      },
      allowNegative: true,
    })
    if (values.build) await command('npm', ['run', '--silent', 'build'])
    if (!existsSync(join(ROOT, 'dist/cli.cjs'))) throw new Refusal('dist/cli.cjs is missing: leave out --no-build.')
    const out = resolve(values.out)
    await mkdir(out, { recursive: true })
    await build({ out, compression: values.compression })
  } catch (error) {
    if (!(error instanceof Refusal) && !isUsageError(error)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  }
}

/** Runs a program in the checkout. @returns what it wrote. @throws Refusal with what it said, where it fails or is not there */
export async function command(file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  try {
    const { stdout } = await run(file, args, { cwd: ROOT, env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 })
    return stdout
  } catch (error) {
    const { code, stderr } = error as { code?: string | number; stderr?: string }
    if (code === 'ENOENT') throw new Refusal(`${file} is needed, and is not in the PATH.`)
    throw new Refusal(`${file} ${args[0] ?? ''} ended with ${code}:\n${stderr}`)
  }
}

/** Says what was made, how large it is, and its digest. @param installed bytes on the disk, once it is installed */
export async function tellResult(file: string, installed: number): Promise<void> {
  const { size } = await stat(file)
  const digest = createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
  say(`${relative(process.cwd(), file)}: ${megabytes(size)}, installed ${megabytes(installed)}`)
  say(`sha256 ${digest}`)
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

function isUsageError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
}

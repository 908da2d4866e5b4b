import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const COMPILER = join(dirname(fileURLToPath(import.meta.resolve('typescript/package.json'))), 'bin/tsc')

/** Runs the real compiler on a folder with a `tsconfig.json`. @returns its messages, one a line; none when all is well */
export async function compile(folder: string): Promise<string[]> {
  const compiler = spawn(process.execPath, [COMPILER, '--project', folder, '--pretty', 'false'], { cwd: folder })
  const [stdout, stderr] = await Promise.all([text(compiler.stdout), text(compiler.stderr), once(compiler, 'close')])
  return `${stdout}${stderr}`.split('\n').filter((line) => line !== '' && !line.startsWith(' '))
}

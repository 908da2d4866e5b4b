import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT } from '../script.ts'
import { VERSION } from '../../src/cli/package.ts'
import { describeProgram } from '../../src/cli/program.ts'
import { bashCompletion } from './bash.ts'
import { fishCompletion } from './fish.ts'
import { type ExitMeaning, manualPage } from './man.ts'
import { outlineOf } from './outline.ts'
import { zshCompletion } from './zsh.ts'

/** Every text that is made from the command line, by its path in the checkout. */
export async function packagingTexts(): Promise<ReadonlyMap<string, string>> {
  const program = outlineOf(describeProgram(() => undefined))
  const exitMeanings = readExitMeanings(await readFile(join(ROOT, 'README.md'), 'utf8'))
  return new Map([
    ['packaging/man/aigw-sync.1', manualPage(program, VERSION, exitMeanings)],
    ['packaging/completions/aigw-sync.bash', bashCompletion(program)],
    ['packaging/completions/_aigw-sync', zshCompletion(program)],
    ['packaging/completions/aigw-sync.fish', fishCompletion(program)],
  ])
}

/** The table of exit codes, which stands in the README alone. */
function readExitMeanings(readme: string): readonly ExitMeaning[] {
  const table = readme.slice(readme.indexOf('| exit code |'))
  return [...table.matchAll(/^\| ([\d, ]+) \| (.+) \|$/gm)].map(([, codes = '', meaning = '']) => ({ codes, meaning }))
}

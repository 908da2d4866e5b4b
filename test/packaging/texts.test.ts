import { spawnSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ROOT } from '../../packaging/script.ts'
import { packagingTexts } from '../../packaging/text/texts.ts'
import { describeProgram } from '../../src/cli/program.ts'
import { temporaryFolder } from '../support/process.ts'

const program = describeProgram(() => undefined)
const commands = program.commands.map((command) => command.name())
const pathOf = (name: string) => join(ROOT, 'packaging', name)
const BASH = pathOf('completions/aigw-sync.bash')
const FISH = pathOf('completions/aigw-sync.fish')

test.each([...(await packagingTexts())])('%s says what the command line says (UPDATE_DOCS=1 rewrites it)', async (path, text) => {
  const file = join(ROOT, path)
  if (process.env['UPDATE_DOCS']) await writeFile(file, text)
  expect(await readFile(file, 'utf8')).toBe(text)
})

const has = (tool: string, ...args: string[]) => spawnSync(tool, args).status === 0

const skipped = (tool: string, isThere: boolean) => (isThere ? '' : ` (skipped: ${tool} is not installed)`)

/** The flags that `--help` shows, which is what commander knows. */
function flagsInHelp(name: string): readonly string[] {
  const help = (name === '' ? program : program.commands.find((command) => command.name() === name))?.helpInformation() ?? ''
  return [...help.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, flag = '']) => flag).toSorted()
}

describe('the manual page', () => {
  const hasGroff = has('groff', '--version')

  test.skipIf(!hasGroff)(`renders without a warning${skipped('groff', hasGroff)}`, () => {
    const { status, stdout, stderr } = spawnSync('groff', ['-ww', '-z', '-man', '-Tutf8', pathOf('man/aigw-sync.1')], {
      encoding: 'utf8',
    })
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' })
  })

  test('names every command, and every flag of each', async () => {
    const page = (await readFile(pathOf('man/aigw-sync.1'), 'utf8')).replaceAll('\\-', '-')
    const missing = commands.filter((name) => !new RegExp(`^\\.SS ${name}\\b`, 'm').test(page))
    expect(missing).toEqual([])
    const flags = new Set(['', ...commands].flatMap(flagsInHelp))
    expect(flags.size).toBeGreaterThan(30)
    expect([...flags].filter((flag) => !page.includes(`\\fB${flag}\\fR`))).toEqual([])
  })
})

/** What Tab offers. @param words after `aigw-sync`, the last one being completed */
function completeInBash(words: readonly string[], cwd = ROOT): readonly string[] {
  const script = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _aigw_sync; printf "%s\\n" "${COMPREPLY[@]}"'
  const args = ['--norc', '-c', script, 'bash', BASH, 'aigw-sync', ...words]
  const { stdout, stderr } = spawnSync('bash', args, { encoding: 'utf8', cwd })
  expect(stderr).toBe('')
  return stdout.split('\n').filter(Boolean).toSorted()
}

describe('in bash, Tab', () => {
  test.each([
    ['a command', ['pl'], ['plan']],
    ['a flag of the command', ['plan', '--pol'], ['--policy']],
    ['a flag after others', ['run', '--dir', 'configs', '--emulator-f'], ['--emulator-faults']],
    ['a choice', ['run', '--policy', ''], ['create-only', 'sync', 'upsert-only']],
    ['a choice after =', ['run', '--drift', '=', 'correct-'], ['correct-all']],
    ['every choice after =', ['run', '--log-format', '='], ['json', 'pretty']],
    ['nothing where anything may stand', ['run', '--owner', ''], []],
    ['no flag of another command', ['validate', '--emul'], []],
  ])('offers %s: %j', (_, words, expected) => {
    expect(completeInBash(words)).toEqual(expected)
  })

  test('offers files for a path, with spaces in their names', async () => {
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'my configs'))
    expect(completeInBash(['run', '--dir', 'my'], folder)).toEqual(['my configs'])
    expect(completeInBash(['init', ''], folder)).toEqual(['my configs'])
  })

  test.each(['', ...commands])('offers every flag that the help of "%s" shows, and no other', (name) => {
    expect(completeInBash([name, '--'].filter(Boolean))).toEqual(flagsInHelp(name))
  })
})

describe('in zsh', () => {
  const hasZsh = has('zsh', '--version')

  test.skipIf(!hasZsh)(`the completion parses${skipped('zsh', hasZsh)}`, () => {
    expect(spawnSync('zsh', ['-n', pathOf('completions/_aigw-sync')], { encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    })
  })
})

describe('in fish', () => {
  const hasFish = has('fish', '--version')

  test.skipIf(!hasFish).each([
    ['aigw-sync pl', 'plan'],
    ['aigw-sync plan --pol', '--policy'],
    ['aigw-sync run --policy s', 'sync'],
  ])(`Tab after "%s" offers %s${skipped('fish', hasFish)}`, (line, expected) => {
    const { stdout, stderr } = spawnSync('fish', ['--no-config', '-c', `source ${FISH}; complete -C "${line}"`], {
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    expect(stdout.split('\n').map((offer) => offer.split('\t')[0])).toContain(expected)
  })
})

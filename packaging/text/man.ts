import { SETTING_NAMES, VARIABLE_PREFIX, variableOf } from '../../src/settings/catalogue.ts'
import type { Flag, Outline } from './outline.ts'

/** What an exit code means. */
export interface ExitMeaning {
  /** `0`, or `130, 143`. */
  readonly codes: string
  readonly meaning: string
}

/**
 * The manual page of section 1, in the macros of man(7).
 * @param version of the program, for its footer
 */
export function manualPage(program: Outline, version: string, exitMeanings: readonly ExitMeaning[]): string {
  const settings = new Map(
    program.commands.flatMap(({ flags }) => flags.filter(({ isSetting }) => isSetting).map((flag) => [flag.long, flag])),
  )
  const blocks = [
    String.raw`.\" Made by UPDATE_DOCS=1 npx vitest run test/packaging/texts`,
    `.TH ${program.name.toUpperCase()} 1 "" "${program.name} ${version}" "User Commands"`,
    '.nh',
    section('NAME', `${roff(program.name)} \\- ${roff(lowerFirst(program.meaning).replace(/\.$/, ''))}`),
    section('SYNOPSIS', ...program.commands.flatMap((command) => ['.br', synopsis(program, command)]).slice(1)),
    section('DESCRIPTION', ...DESCRIPTION.flatMap((text) => ['.PP', roff(text)]).slice(1)),
    section('COMMANDS', ...program.commands.flatMap(commandBlock)),
    section('OPTIONS', ...program.flags.flatMap((flag) => flagBlock(flag))),
    section(
      'SETTINGS',
      roff(
        'Most commands take these. Strongest first: the flag, the variable, the settings file, the default. A setting or variable ' +
          'that this version does not know is an error. A running daemon reads the file anew on SIGHUP, and takes what is not said to be ' +
          'left out of it.',
      ),
      ...[...settings.values()].flatMap((flag) => flagBlock(flag)),
    ),
    section('ENVIRONMENT', ...environment()),
    section('FILES', ...FILES.flatMap(([file, meaning]) => ['.TP', `.I ${roff(file)}`, roff(meaning)])),
    section('EXIT STATUS', ...exitMeanings.flatMap(({ codes, meaning }) => ['.TP', `.B ${roff(codes)}`, roff(meaning)])),
    section('SEE ALSO', `.BR journalctl (1),`, `.BR systemd.exec (5)`, '.PP', roff(SEE_ALSO)),
  ]
  return `${blocks.join('\n')}\n`
}

const DESCRIPTION = [
  'A folder holds modules in TypeScript, JavaScript, JSON or YAML; each declares one or several access key configurations of ' +
    "ngrok's AI Gateway. aigw-sync creates each declared one exactly once, changes it where its module is edited, and keeps it as " +
    'declared. It touches nothing that it did not create or was not told to adopt, and deletes only under --policy sync.',
  'run is the daemon, apply does the same once, plan says what apply would do and writes nothing. For a first look no account is ' +
    'needed: aigw-sync init, then aigw-sync run --emulator.',
]

const FILES = [
  ['configs', 'the folder of modules, in the working directory, unless --dir says otherwise'],
  [
    'aigw-sync.lock.json',
    'what was applied, and to which id; it holds no secret. It can be lost: it is rebuilt from the gateway',
  ],
  [
    'aigw-sync.config.ts, .aigw-syncrc.yaml, ...',
    'the settings file; the first one found in the working directory counts, unless --settings names one',
  ],
  ['/etc/aigw-sync/configs, /var/lib/aigw-sync', 'the folder and the state of aigw-sync.service'],
  ['/etc/aigw-sync/ai-gateway-api-key', 'the token of aigw-sync.service (mode 0600)'],
] as const

const SEE_ALSO =
  'The documentation lies in /usr/share/doc/aigw-sync where the Debian package is installed, else in the folder of the npm package.'

function section(title: string, ...lines: readonly string[]): string {
  return [`.SH ${title}`, ...lines].join('\n')
}

function synopsis(program: Outline, { name, flags, arguments: taken }: Outline): string {
  const rest = [...(flags.length > 0 ? ['[options]'] : []), ...taken.map(({ usage }) => usage)]
  return `\\fB${roff(`${program.name} ${name}`)}\\fR ${roff(rest.join(' '))}`
}

function commandBlock({ name, meaning, flags, arguments: taken }: Outline): readonly string[] {
  const own = flags.filter(({ isSetting, long }) => !isSetting && long !== '--help')
  const takesSettings = flags.some(({ isSetting }) => isSetting)
  const usage = taken.map((argument) => ` ${argument.usage}`).join('')
  return [
    `.SS ${roff(name + usage)}`,
    roff(`${upperFirst(meaning)}.${takesSettings ? ' Takes the settings.' : ''}`),
    ...taken.flatMap((argument) => ['.TP', `.I ${roff(argument.usage)}`, roff(argument.meaning)]),
    ...own.flatMap((flag) => flagBlock(flag)),
  ]
}

function flagBlock({ short, long, placeholder, meaning, needsRestart }: Flag): readonly string[] {
  const names = [short, long].filter((name) => name !== undefined).map((name) => `\\fB${roff(name)}\\fR`)
  const value = placeholder === undefined ? '' : ` \\fI${roff(placeholder.slice(1, -1))}\\fR`
  return ['.TP', names.join(', ') + value, roff(needsRestart ? `${meaning}. A reload does not take it` : meaning)]
}

function environment(): readonly string[] {
  const settings = `${VARIABLE_PREFIX}SETTINGS names the settings file; each setting has a variable of its own: `
  const names = SETTING_NAMES.map(variableOf).join(', ')
  return [
    '.TP',
    '.B AI_GATEWAY_API_KEY_FILE',
    roff('the file that holds the token. The systemd credential ai-gateway-api-key counts before it'),
    '.TP',
    '.B AI_GATEWAY_API_KEY',
    roff('the token, where no file holds it. No flag and no settings file takes it'),
    '.TP',
    `.B ${VARIABLE_PREFIX}*`,
    roff(settings + names),
  ]
}

/** Text in roff: no escape, no macro, no hyphen that is not one. */
function roff(text: string): string {
  const escaped = text
    .replaceAll('\\', String.raw`\e`)
    .replaceAll('-', String.raw`\-`)
    .replaceAll('…', '...')
    .replaceAll('`', '')
  return escaped.replaceAll(/^[.']/gm, String.raw`\&$&`)
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

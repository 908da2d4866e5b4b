import { Command, CommanderError, Option, type OptionValues } from 'commander'
import { CATALOGUE, flagOf, SETTING_NAMES } from '../settings/catalogue.ts'
import type { SettingName } from '../settings/settings.ts'
import type { Guessed } from '../source/evaluator/ahead.ts'
import type { Begun } from './begin.ts'
import { emulatorSwitches } from './emulator-switches.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import { VERSION } from './package.ts'

type Action = (flags: OptionValues, ...args: readonly (string | undefined)[]) => Promise<ExitCode>

/**
 * Runs the command line.
 * @param guessed the evaluator, where one was started before anything was known
 * @returns what the process ends with
 */
export async function runProgram(argv: readonly string[], guessed?: Guessed): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.done
  const [first] = argv
  const program = describeProgram((code) => (exitCode = code), first?.startsWith('-') ? undefined : first, guessed)
  try {
    await program.parseAsync(argv, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? EXIT.done : EXIT.usage // commander has said why
  }
  return exitCode
}

/**
 * The command line as commander knows it.
 * @param end told what a command ends with
 * @param only the command that is run: the settings of the others need not be known, which are hundreds. Left out: all is described
 * @param guessed as of `runProgram`
 */
export function describeProgram(end: (code: ExitCode) => void, only?: string, guessed?: Guessed): Command {
  const program = rootCommand()
  const runAs =
    (action: () => Promise<Action>) =>
    async (flags: OptionValues, ...args: readonly (string | undefined)[]) =>
      end(await (await action())(flags, ...args))

  const withSettings = (command: Command) => (only === undefined || command.name() === only ? addSettings(command) : command)

  withEmulator(
    withSettings(program.command('run').description('load the folder, watch it, and keep the gateway equal to it')),
  ).action((flags) => runAs(async () => (await import('./commands/run.ts')).run)(flags))
  withConfirmation(withEmulator(withSettings(program.command('apply').description('do the same once, and exit'))))
    .option('--dry-run', 'say what it would do, as plan does, and write nothing')
    .action((flags) => runAs(begunFirst(guessed, async () => (await import('./commands/apply.ts')).apply))(flags))
  withConfirmation(withJson(withSettings(program.command('plan').description('say what apply would do, and write nothing'))))
    .option('--exit-code', 'end with 2 where apply would change something on the gateway')
    .action((flags) => runAs(begunFirst(guessed, async () => (await import('./commands/plan.ts')).plan))(flags))
  withJson(
    withSettings(
      program.command('validate').description('load the folder and say everything that is wrong with it; needs no account'),
    ),
  ).action((flags) => runAs(begunFirst(guessed, async () => (await import('./commands/validate.ts')).validate))(flags))
  withSettings(
    program.command('adopt').description('take ownership of a configuration that exists, or of all that another owner had'),
  )
    .argument('[key]', 'the key to give it')
    .argument('[id]', 'the id of the configuration (aigac_…)')
    .option('--from-owner <name>', 'hand over everything in the lockfile from its owner to the one of the settings')
    .action((key: string | undefined, id: string | undefined, flags) =>
      runAs(async () => (await import('./commands/adopt.ts')).adopt)(flags, key, id),
    )
  withJson(withSettings(program.command('import').description('write modules for what exists on the gateway')))
    .argument('[id...]', 'only these configurations (aigac_…)')
    .action((ids: string[], flags) => runAs(importAction(ids))(flags))
  withJson(withSettings(program.command('status').description('say what is managed, failing, held, pending and orphaned')))
    .option('--all', 'tell each managed entry as well, and not only how many there are')
    .option('--watch', 'look again every second, until it is stopped')
    .action((flags) => runAs(async () => (await import('./commands/status.ts')).status)(flags))
  program
    .command('init')
    .description('make a folder of modules that an editor understands, with an example')
    .argument('[dir]', 'the folder', 'configs')
    .action((dir: string, flags) => runAs(async () => (await import('./commands/init.ts')).init)(flags, dir))
  withSwitches(
    program.command('emulator').description("run the gateway's API in memory on a loopback port; no account needed"),
    '',
  )
    .option('--port <port>', 'the port to listen on (default: any that is free)')
    .option('--token <token>', 'the only token it accepts (default: any)')
    .action((flags) => runAs(async () => (await import('./commands/emulator.ts')).emulator)(flags))
  program
    .command('evaluator')
    .description("not for people: what the evaluator's systemd unit runs, with a connection of its socket as standard input")
    .action((flags) => runAs(async () => (await import('./commands/evaluator.ts')).evaluator)(flags))
  return program
}

function rootCommand(): Command {
  return new Command('aigw-sync')
    .description("Keeps the access key configurations of ngrok's AI Gateway equal to typed modules in a folder.")
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .exitOverride()
    .showHelpAfterError('(run it with --help to see what it takes)')
}

/** @param load asked for the command once its evaluator is on its way */
function begunFirst(
  guessed: Guessed | undefined,
  load: () => Promise<(flags: OptionValues, begun: Begun) => Promise<ExitCode>>,
): () => Promise<Action> {
  return async () => {
    const { begin } = await import('./begin.ts')
    return async (flags) => {
      const begun = await begin(flags, guessed)
      const command = await load()
      return command(flags, begun)
    }
  }
}

function importAction(ids: readonly string[]): () => Promise<Action> {
  return async () => {
    const { importConfigurations } = await import('./commands/import.ts')
    return (flags) => importConfigurations(flags, ids)
  }
}

/** The same for every command. */
const settingOptions = SETTING_NAMES.map((name) => new Option(`${flagOf(name)}${placeholder(name)}`, describeSetting(name)))

function addSettings(command: Command): Command {
  for (const option of settingOptions) command.addOption(option)
  return command.option('--settings <file>', 'the settings file (default: looked for in the working directory)')
}

function withConfirmation(command: Command): Command {
  return command.option('--confirm-deletes <count>', 'so many deletions are right, this once, whatever the caps say')
}

function withJson(command: Command): Command {
  return command.option('--json', 'print one JSON document')
}

function withEmulator(command: Command): Command {
  return withSwitches(command.option('--emulator', 'work on an emulator of its own instead of an account'), 'emulator')
}

function withSwitches(command: Command, prefix: string): Command {
  for (const { flag, meaning } of emulatorSwitches(prefix)) command.option(flag, meaning)
  return command
}

function placeholder(name: SettingName): string {
  const { default: standard, kind } = CATALOGUE[name]
  if (standard === 'false') return ''
  return isChoice(name) ? ' <choice>' : ` <${kind.placeholder}>`
}

function describeSetting(name: SettingName): string {
  const { meaning, default: standard, kind } = CATALOGUE[name]
  const notes = [
    isChoice(name) ? kind.expected : '',
    standard === undefined || standard === 'false' ? '' : `default: ${standard}`,
  ]
  const note = notes.filter(Boolean).join('; ')
  return note === '' ? meaning : `${meaning} (${note})`
}

function isChoice(name: SettingName): boolean {
  return CATALOGUE[name].kind.placeholder.includes('|') && CATALOGUE[name].default !== 'false'
}

import type { Command, Option } from 'commander'
import { CATALOGUE, FILE_FLAG, flagOf, SETTING_NAMES } from '../../src/settings/catalogue.ts'

/** What a shell offers behind a flag, or for an argument: a path, one of some words, or nothing of its own. */
export type Values = 'path' | 'anything' | readonly string[]

export interface Flag {
  /** `--dir`. */
  readonly long: string
  /** `-h`. */
  readonly short: string | undefined
  /** `<path>`; left out for a switch. */
  readonly placeholder: string | undefined
  readonly values: Values
  readonly meaning: string
  /** A setting, which most commands take. */
  readonly isSetting: boolean
  /** A setting that a running daemon does not take at a reload. */
  readonly needsRestart: boolean
}

export interface Argument {
  /** `[id...]`. */
  readonly usage: string
  readonly meaning: string
  readonly values: Values
}

export interface Outline {
  readonly name: string
  readonly meaning: string
  readonly flags: readonly Flag[]
  readonly arguments: readonly Argument[]
  readonly commands: readonly Outline[]
}

const SETTING_OF_FLAG = new Map(SETTING_NAMES.map((name) => [flagOf(name), name]))

/** What the manual page and the completions tell of a command line, with nothing in it that commander alone knows. */
export function outlineOf(command: Command): Outline {
  const help = command.createHelp()
  return {
    name: command.name(),
    meaning: command.description(),
    flags: help.visibleOptions(command).map(flagOutline),
    arguments: command.registeredArguments.map((argument) => ({
      usage: argument.required ? `<${argument.name()}>` : `[${argument.name()}${argument.variadic ? '...' : ''}]`,
      meaning: argument.description,
      values: argument.name() === 'dir' ? 'path' : 'anything',
    })),
    commands: command.commands.map(outlineOf),
  }
}

function flagOutline(option: Option): Flag {
  const long = option.long ?? ''
  const placeholder = /[<[].*[>\]]/.exec(option.flags)?.[0]
  const setting = SETTING_OF_FLAG.get(long)
  const isSetting = setting !== undefined || long === FILE_FLAG
  const needsRestart = long === FILE_FLAG || (setting !== undefined && CATALOGUE[setting].reload === 'restart')
  return { long, short: option.short, placeholder, values: valuesOf(long), meaning: option.description, isSetting, needsRestart }
}

function valuesOf(flag: string): Values {
  const setting = SETTING_OF_FLAG.get(flag)
  if (setting === undefined) return flag === FILE_FLAG ? 'path' : 'anything'
  const { placeholder } = CATALOGUE[setting].kind
  if (placeholder.includes('|')) return placeholder.split('|')
  return placeholder === 'path' ? 'path' : 'anything'
}

import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { flagOf } from '../../settings/catalogue.ts'
import type { Settings } from '../../settings/settings.ts'
import { describeTokenError } from '../../settings/token.ts'
import { keepToken } from '../../settings/token-keeper.ts'
import { printable } from '../../model/printable.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { endingOf } from '../failures.ts'
import { importModules, type Imported } from '../import/import.ts'
import { isTrouble, type Skip } from '../import/skip.ts'
import { survey } from '../import/survey.ts'
import { TYPES_PATH } from '../init/tsconfig.ts'
import { giveUp, narrate } from '../narrate.ts'
import { VERSION } from '../package.ts'
import { quoted } from '../../model/quoted.ts'
import { importDocument } from '../render/import-document.ts'
import { importLines } from '../render/import-lines.ts'
import { show } from '../render/show.ts'
import { readSettings } from '../read-settings.ts'
import { complain } from '../stderr.ts'

type Flags = Readonly<Record<string, unknown>>

/** `aigw-sync import [id…]`: modules for what exists on the gateway. Changes nothing there, nor a file that exists. */
export async function importConfigurations(flags: Flags, ids: readonly string[]): Promise<ExitCode> {
  const read = await readSettings(flags)
  if (read.isErr()) return complain(read.error)
  const settings = read.value
  const report = narrate(settings.logLevel)
  const token = await keepToken({ env: process.env }, report)
  if (token.isErr()) return complain({ msg: describeTokenError(token.error), exitCode: EXIT.config })
  const seen = await survey({ settings, token: token.value, version: VERSION }, report)
  if (seen.isErr()) return giveUp(endingOf(seen.error))
  const { sights, flaws } = seen.value
  if (flaws.length > 0) return complain({ msg: describeFlaws(flaws), exitCode: EXIT.failed })
  const imported = await importModules(sights, settings, ids)
  if (imported.isErr()) {
    const { code, msg } = imported.error
    const denied = code === 'EACCES' || code === 'EPERM'
    return complain({ msg: `${settings.dir} cannot be made: ${msg}`, exitCode: denied ? EXIT.denied : EXIT.config })
  }
  return tell(imported.value, settings, flags)
}

function tell({ written, skipped, isRefused }: Imported, settings: Settings, flags: Flags): ExitCode {
  const json = flags['json'] === true
  const exitCode = skipped.some(isTrouble) || isRefused ? EXIT.failed : EXIT.done
  if (isRefused && !json) return complain({ msg: describeRefusal(skipped), exitCode })
  show(importDocument(written, skipped), (document) => importLines(document, hints(settings, flags)), json)
  return exitCode
}

function describeFlaws(flaws: readonly string[]): string {
  return `what the folder declares is not known, so nothing is imported; aigw-sync validate says more:\n${indented(flaws)}`
}

function describeRefusal(skipped: readonly Skip[]): string {
  return `nothing is imported:\n${indented(skipped.map(({ id, msg }) => `${id}: ${msg}`))}`
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `  ${printable(line)}`).join('\n')
}

function hints({ dir }: Settings, flags: Flags): Parameters<typeof importLines>[1] {
  const shown = relative(process.cwd(), dir) || '.'
  const init = existsSync(join(dir, TYPES_PATH)) ? {} : { init: `aigw-sync init ${quoted(shown)}` }
  return { dir: shown, plan: ['aigw-sync plan', ...repeated(flags)].join(' '), ...init }
}

/** The flags that a plan needs to be about the same folder and gateway. */
function repeated(flags: Flags): readonly string[] {
  const settings = (['dir', 'lockfile', 'apiUrl', 'owner'] as const).map((name) => [flagOf(name), flags[name]] as const)
  const given = [...settings, ['--settings', flags['settings']] as const]
  return given.flatMap(([flag, value]) => (typeof value === 'string' ? [`${flag} ${quoted(value)}`] : []))
}

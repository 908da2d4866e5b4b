import type { OptionValues } from 'commander'
import { askDaemon } from '../../daemon/admin/ask.ts'
import { adoptOne, type Adopted, type AdoptError, type AdoptRefusal } from '../../daemon/adopt.ts'
import { handOver } from '../../daemon/hand-over.ts'
import { printable } from '../../model/printable.ts'
import type { Settings } from '../../settings/settings.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { endingOf } from '../failures.ts'
import { giveUp, narrate } from '../narrate.ts'
import { VERSION } from '../package.ts'
import { type Session, openSession } from '../session.ts'
import { complain } from '../stderr.ts'
import { describeHandOver } from '../render/hand-over.ts'

/** `aigw-sync adopt KEY ID`, or `aigw-sync adopt --from-owner NAME`: takes ownership of what exists. */
export async function adopt(flags: OptionValues, key?: string, id?: string): Promise<ExitCode> {
  const former: unknown = flags['fromOwner']
  const wanted = key !== undefined && id !== undefined ? { key, id } : undefined
  if ((typeof former === 'string') === (key !== undefined) || (key !== undefined && !wanted)) return complain(USAGE)
  if (wanted && !isKey(wanted.key)) return complain({ msg: BAD_KEY, exitCode: EXIT.usage })
  const opened = await openSession(flags, ({ logLevel }) => narrate(logLevel))
  if (opened.isErr()) return complain(opened.error)
  return wanted ? adoptById(opened.value, wanted) : adoptAll(opened.value, String(former))
}

const USAGE = {
  msg: 'Expected `aigw-sync adopt KEY ID`, the key to give and the id of a configuration, or `aigw-sync adopt --from-owner NAME`.',
  exitCode: EXIT.usage,
}

const BAD_KEY = 'Expected a key of 1 to 512 characters without control characters or white space at its ends.'

function isKey(key: string): boolean {
  return /^[^\p{Cc}]{1,512}$/u.test(key) && key.trim() === key && key.isWellFormed()
}

async function adoptById(session: Session, wanted: { readonly key: string; readonly id: string }): Promise<ExitCode> {
  const { settings, token, report } = session
  const adopted = await adoptOne({ settings, token, version: VERSION, ...wanted }, report)
  if (adopted.isErr()) return refuse(adopted.error, wanted)
  // A daemon finds it with its next resync in any case: that one is asked to hurry is a courtesy.
  if (adopted.value.daemon) await askDaemon(settings.lockfile, 'POST', '/reconcile')
  process.stdout.write(`${printable(describe(adopted.value, wanted))}\n`)
  return EXIT.done
}

function refuse(error: AdoptError, wanted: { readonly key: string; readonly id: string }): ExitCode {
  if (error.type !== 'not-adopted') return giveUp(endingOf(error))
  return complain({ msg: printable(describeRefusal(error.refusal, wanted)), exitCode: EXIT.failed })
}

function describe(
  { configuration, changed, declared, daemon }: Adopted,
  { key, id }: { readonly key: string; readonly id: string },
): string {
  const name = JSON.stringify(configuration.name)
  const done = changed
    ? `adopted ${id} (${name}): it carries our stamp now, and is otherwise as it was`
    : `${id} (${name}) is ours already`
  const next = declared
    ? 'what its module declares otherwise comes with the next apply: aigw-sync plan shows it'
    : 'no module declares it yet: until one does it is told as an orphan, and left alone'
  return `${key}: ${done}; ${daemon && declared ? 'the daemon takes it in now' : next}`
}

function describeRefusal(refusal: AdoptRefusal, { key, id }: { readonly key: string; readonly id: string }): string {
  switch (refusal.type) {
    case 'no-such-id':
      return `there is no configuration ${id}; aigw-sync import lists what can be adopted`
    case 'owned':
      return `${id} belongs to the entry ${refusal.key} of the owner ${refusal.owner}: nothing is taken from an owner; let go of it there first`
    case 'recorded':
      return `${id} is what the lockfile has for ${refusal.key}: for another key, say renamedFrom: '${refusal.key}' in the module`
    case 'key-taken':
      return `${key} has a configuration already, ${refusal.by}: delete it first if ${id} is to take its place, or adopt under another key`
    case 'no-room':
      return `the metadata of ${id} leaves no room for the stamp (${refusal.characters} characters together, at most 4096): shorten it first`
  }
}

async function adoptAll({ settings, token, report }: Session, formerOwner: string): Promise<ExitCode> {
  if (formerOwner === settings.owner) return complain({ msg: sameOwner(settings), exitCode: EXIT.usage })
  const handed = await handOver({ settings, token, version: VERSION, formerOwner }, report)
  if (handed.isErr()) return giveUp(endingOf(handed.error))
  const { text, isComplete } = describeHandOver(handed.value, { from: formerOwner, to: settings.owner })
  process.stdout.write(text)
  return isComplete ? EXIT.done : EXIT.failed
}

function sameOwner({ owner }: Settings): string {
  return `Expected \`--from-owner\` to be another owner than the present one, got \`${owner}\` for both: give the new one with --owner.`
}

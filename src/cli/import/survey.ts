import { err, ok, type Result } from 'neverthrow'
import type { LookError } from '../../daemon/ask.ts'
import { type Declared, readDeclared } from '../../daemon/declared.ts'
import { openRemote, type RemoteOptions } from '../../daemon/remote.ts'
import { readLockfile } from '../../lockfile/read.ts'
import type { Report } from '../../model/events.ts'
import type { Settings } from '../../settings/settings.ts'
import type { Sights } from './select.ts'

/** What importing begins with. */
export interface Survey {
  readonly sights: Sights
  /** What keeps the folder from being known: modules that do not load, keys that are declared twice. */
  readonly flaws: readonly string[]
}

/** Lists the gateway, loads the folder, reads the lockfile. Only looks: nothing is written, and all requests are `GET`. */
export async function survey(options: RemoteOptions, report: Report): Promise<Result<Survey, LookError>> {
  const { lockfile: path, owner, apiUrl } = options.settings
  const lockfile = await readLockfile({ path, owner, apiUrl })
  if (lockfile.isErr()) return err(lockfile.error)
  const gateway = openRemote(options, 'bounded', report)
  const [listed, declared] = await Promise.all([gateway.list(), readFolder(options.settings, report)])
  await gateway.close(0)
  if (declared.isErr()) return err(declared.error)
  if (listed.isErr()) return err(listed.error)
  const reading = lockfile.value
  const applied: Sights['applied'] = reading.type === 'found' ? reading.lockfile.entries : new Map()
  const { desired } = declared.value
  return ok({ sights: { owner, desired, applied, observed: listed.value }, flaws: flawsOf(declared.value) })
}

/** A folder that is not there declares nothing. */
const NOTHING: Declared = {
  desired: { entries: new Map(), held: new Map(), managed: new Map(), broken: new Set(), complete: true },
  files: 0,
  problems: [],
}

async function readFolder(settings: Settings, report: Report): Promise<Awaited<ReturnType<typeof readDeclared>>> {
  const declared = await readDeclared(settings, report)
  if (declared.isErr() && declared.error.reason.type === 'missing') return ok(NOTHING)
  return declared
}

function flawsOf({ desired, problems }: Declared): readonly string[] {
  const broken = new Set(problems.map(({ file }) => file))
  return [
    ...[...broken].map((file) => `${file} does not load`),
    ...[...desired.held.values()].map(({ key, sources }) => `${sources.join(', ')}: the key ${key} is declared more than once`),
    ...(broken.size === 0 && !desired.complete ? ['some of the folder cannot be read'] : []),
  ]
}

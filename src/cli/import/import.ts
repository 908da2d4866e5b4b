import { realpathSync } from 'node:fs'
import { ok, type Result } from 'neverthrow'
import type { Settings } from '../../settings/settings.ts'
import { draftModules, type ModuleDraft } from './draft.ts'
import { isFree } from './free.ts'
import { type Selection, select, selectIds, type Sights } from './select.ts'
import type { Skip } from './skip.ts'
import { makeRoot, type WriteError, writeModule } from './write.ts'

/** What came of an import. */
export interface Imported {
  readonly written: readonly ModuleDraft[]
  readonly skipped: readonly Skip[]
  /** Some of what was asked for by id cannot be imported, so that nothing was. */
  readonly isRefused: boolean
}

type ImportSettings = Pick<Settings, 'dir' | 'owner' | 'requireAccess' | 'plainSecrets'>

/**
 * Writes modules for what no module declares.
 * @param ids of the only configurations to import; none: all
 * @returns err where the folder cannot be made; a single file that cannot be written is skipped and told
 */
export async function importModules(
  sights: Sights,
  settings: ImportSettings,
  ids: readonly string[],
): Promise<Result<Imported, WriteError>> {
  const selection = ids.length === 0 ? select(sights) : selectIds(sights, ids)
  const { modules, skipped: refused } = draft(sights, settings, selection)
  const skipped = [...selection.skipped, ...refused]
  const isRefused = ids.length > 0 && skipped.length > 0
  if (isRefused || modules.length === 0) return ok({ written: [], skipped, isRefused })
  const root = await makeRoot(settings.dir)
  if (root.isErr()) return root.map(() => ({ written: [], skipped, isRefused }))
  const { written, failed } = await writeAll(root.value, modules)
  return ok({ written, skipped: [...skipped, ...failed], isRefused })
}

/** Whatever names a key counts: to be taken for it would tie an entry to another's configuration. */
function draft({ owner, desired, applied, observed }: Sights, settings: ImportSettings, { candidates }: Selection) {
  const entries = [...desired.entries.values()]
  const keys = [
    ...desired.entries.keys(),
    ...entries.flatMap(({ renamedFrom }) => renamedFrom ?? []),
    ...applied.keys(),
    ...observed.flatMap(({ stamp }) => (stamp?.owner === owner ? stamp.key : [])),
  ]
  const root = realRoot(settings.dir)
  return draftModules(candidates, { keys, isFree: (file) => isFree(root, file) }, settings)
}

function realRoot(dir: string): string | undefined {
  try {
    return realpathSync.native(dir)
  } catch {
    return undefined // not there yet; what else is wrong with it shows when it is made
  }
}

async function writeAll(root: string, modules: readonly ModuleDraft[]) {
  const written: ModuleDraft[] = []
  const failed: Skip[] = []
  for (const module of modules) {
    const outcome = await writeModule(root, module.file, module.text)
    if (outcome.isOk()) written.push(module)
    else failed.push(...module.subjects.map(({ id, name }) => notWritten({ id, name }, module.file, outcome.error)))
  }
  return { written, failed }
}

function notWritten(subject: Pick<Skip, 'id' | 'name'>, file: string, { type, msg }: WriteError): Skip {
  const why =
    type === 'exists' ? `${file} has appeared meanwhile, and was kept; import again` : `${file} cannot be written: ${msg}`
  return { ...subject, reason: 'not-written', msg: why }
}

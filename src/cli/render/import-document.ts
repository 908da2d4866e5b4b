import type { Drafts, ModuleDraft } from '../import/draft.ts'
import type { SkipReason } from '../import/skip.ts'

/** What `import --json` prints. */
export interface ImportDocument {
  /** The entries that modules were written for, in order of file. */
  readonly created: readonly CreatedDocument[]
  readonly skipped: readonly SkippedDocument[]
}

export interface CreatedDocument {
  /** The module, below the folder. */
  readonly file: string
  readonly key: string
  readonly id: string
  /** It takes over a configuration that nobody owns; otherwise its stamp says that it is ours. */
  readonly adopts: boolean
}

export interface SkippedDocument {
  readonly id: string
  /** Null where the gateway does not have it. */
  readonly name: string | null
  readonly reason: SkipReason
  readonly msg: string
}

/** @param written those of the modules that are there now */
export function importDocument(written: readonly ModuleDraft[], skipped: Drafts['skipped']): ImportDocument {
  return {
    created: written.flatMap(({ file, subjects }) => subjects.map(({ key, id, adopts }) => ({ file, key, id, adopts }))),
    skipped: skipped.map(({ id, name, reason, msg }) => ({ id, name: name ?? null, reason, msg })),
  }
}

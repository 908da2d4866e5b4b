import type { Declared } from '../../daemon/declared.ts'
import { isUnrestricted } from '../../model/access.ts'
import { duplicateKey, moduleProblem, type ProblemDocument } from './problems.ts'

/** What `validate --json` prints. */
export interface ValidateDocument {
  /** Every module loads, and no key is declared more than once. */
  readonly ok: boolean
  /** How many modules there are. */
  readonly files: number
  /** In order of key. */
  readonly entries: readonly EntryDocument[]
  /** Modules by file, then keys. */
  readonly problems: readonly ProblemDocument[]
}

export interface EntryDocument {
  readonly key: string
  readonly source: string
  readonly name: string
  /** Keys with this configuration may reach every provider and model. */
  readonly unrestricted: boolean
}

export function validateDocument({ desired, files, problems: modules }: Declared): ValidateDocument {
  const problems = [...modules.map(moduleProblem), ...[...desired.held.values()].toSorted(byKey).map(duplicateKey)]
  const entries = [...desired.entries.values()].toSorted(byKey).map(({ key, source, configuration: { name, access } }) => {
    return { key, source, name, unrestricted: isUnrestricted(access) }
  })
  return { ok: problems.length === 0, files, entries, problems }
}

/** As a plan has them: by UTF-16 code units. */
function byKey(a: { readonly key: string }, b: { readonly key: string }): number {
  return a.key < b.key ? -1 : 1
}

import type { Report } from '../model/events.ts'
import type { SecretBook } from '../secrets/book.ts'
import { watchFiles } from '../secrets/watch.ts'
import type { TokenKeeper } from '../settings/token-keeper.ts'

export interface RenewalParts {
  readonly token: TokenKeeper
  /** Left out: nothing refers to secrets. */
  readonly secrets?: Pick<SecretBook, 'files' | 'refresh'>
  /** Told which references lead to another value, or another problem, than before. */
  readonly changed?: (references: ReadonlySet<string>) => void
}

/** What is read anew when its file changes: the token, and the secrets that are referred to. */
export interface Renewal {
  /** Reads everything anew, whatever was heard. */
  reload(): Promise<void>
  /** Watches the files as they are referred to now; also looks again for folders that were not there. */
  follow(): Promise<void>
  close(): Promise<void>
}

/** Watches the token's file, and after each `follow` those of the secrets. */
export function startRenewal(parts: RenewalParts, report: Report): Renewal {
  const { token, secrets } = parts
  const watch = watchFiles({
    heard: (path) => {
      if (token.files.includes(path)) void token.renew()
      if (secrets?.files.has(path)) void readSecrets(parts)
    },
    failed: ({ message }) => report({ event: 'source.degraded', msg: `the files of the token and of secrets: ${message}` }),
  })
  const read = async () => void (await Promise.all([token.renew(), readSecrets(parts)]))
  const follow = async () => {
    // What changed before it was watched was not heard of.
    if (await watch.follow([...token.files, ...(secrets?.files ?? [])])) await read()
  }
  void follow()
  return {
    async reload() {
      await read()
      await follow()
    },
    follow,
    close: () => watch.close(),
  }
}

async function readSecrets({ secrets, changed }: RenewalParts): Promise<void> {
  const references = await secrets?.refresh()
  if (references && references.size > 0) changed?.(references)
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { SecretPlaces } from '../../src/secrets/read.ts'

export interface SecretFolder {
  readonly dir: string
  readonly path: (name: string) => string
  readonly put: (name: string, content: string | Uint8Array) => Promise<string>
  /** Places in which relative paths begin here. */
  readonly places: (more?: Partial<SecretPlaces>) => SecretPlaces
}

/** A folder for one test. */
export async function secretFolder(): Promise<SecretFolder> {
  const dir = await mkdtemp(join(tmpdir(), 'aigw-sync-secrets-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const path = (name: string) => join(dir, name)
  return {
    dir,
    path,
    async put(name, content) {
      await writeFile(path(name), content, { mode: 0o600 })
      return path(name)
    },
    places: (more = {}) => ({ env: {}, dir, credentialsDirectory: undefined, ...more }),
  }
}

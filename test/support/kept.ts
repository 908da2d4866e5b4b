/** A scene with secrets in files beside it, whose gateway always names another host for the rest of a listing. */
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Emulator } from '../../src/emulator/emulator.ts'
import { lureAway, openHostileHost } from './hostile.ts'
import { type RunningProcess, startProcess, temporaryFolder } from './process.ts'
import { openScene, type Scene } from './scene.ts'

export interface Kept extends Scene {
  /** Where the secrets are, and the credentials. */
  readonly secrets: string
  /** Replaces a secret's file. @returns its path */
  readonly keep: (name: string, value: string) => Promise<string>
  /** Variables of every process that starts from now on. */
  readonly env: Record<string, string>
  /** What was written to the gateway, in order: `POST /provider-keys/{id}/rotate`. */
  readonly writes: readonly string[]
  /** A daemon that has made these entries. */
  readonly running: (keys: readonly string[], ...flags: readonly string[]) => Promise<RunningProcess>
  /** What the lockfile says of the secret of each entry that has one. */
  readonly records: () => Promise<Readonly<Record<string, string>>>
  /** Ends it in order, and sees that no other host was asked for anything. */
  readonly finish: (daemon: RunningProcess) => Promise<void>
}

export const ROTATE = 'POST /provider-keys/{id}/rotate'

export async function openKept(): Promise<Kept> {
  const scene = await openScene()
  const { emulator, folder } = scene
  const [secrets, hostile] = [await temporaryFolder(), await openHostileHost()]
  lureAway(emulator, hostile.url)
  const env: Record<string, string> = { AI_GATEWAY_API_KEY: emulator.token, CREDENTIALS_DIRECTORY: secrets }
  const start: Scene['start'] = (command, ...args) =>
    startProcess({ args: [command, '--api-url', emulator.url, '--rate-limit', 'off', ...args], env, cwd: folder })
  return {
    ...scene,
    secrets,
    env,
    start,
    writes: recordWrites(emulator),
    async keep(name, value) {
      await writeFile(join(secrets, 'aside'), value, { mode: 0o600 })
      await rename(join(secrets, 'aside'), join(secrets, name))
      return join(secrets, name)
    },
    async running(keys, ...flags) {
      const daemon = start('run', ...flags)
      for (const key of keys) await daemon.until((line) => line.event === 'config.created' && line['key'] === key)
      await daemon.until('daemon.ready')
      return daemon
    },
    async records() {
      const { entries } = await scene.lockfile()
      return Object.fromEntries(
        Object.entries(entries).flatMap(([key, { secrets: each }]) => Object.values(each).map((record) => [key, record])),
      )
    },
    async finish(daemon) {
      expect(await daemon.kill('SIGTERM')).toBe(0)
      expect(hostile.received()).toBe('')
    },
  }
}

function recordWrites({ requests }: Emulator): readonly string[] {
  const writes: string[] = []
  requests.subscribe(({ request: { method }, template }) => {
    if (method !== 'GET') writes.push(`${method} ${template}`)
  })
  return writes
}

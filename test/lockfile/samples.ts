import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Result } from 'neverthrow'
import { onTestFinished } from 'vitest'
import type { SyncEvent } from '../../src/model/events.ts'
import type { AppliedEntry } from '../../src/lockfile/lockfile.ts'

export const IDENTITY = { owner: 'default', apiUrl: 'https://api.ngrok.ai' }

export function anEntry(over: Partial<AppliedEntry> = {}): AppliedEntry {
  return {
    id: 'aigac_1',
    name: 'Chatbot (production)',
    source: 'team-a/chatbot.ts',
    digest: `sha256:${'0'.repeat(64)}`,
    nonce: 'AAAAAAAAAAAAAAAAAAAAAA',
    secrets: {},
    appliedAt: '2026-07-23T10:15:30.123Z',
    updatedAt: '2026-07-23T10:15:30Z',
    ...over,
  }
}

/** An empty folder that goes with the test. */
export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'aigw-sync-lockfile-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Where a room's events go, to be looked at. */
export function anEar(): { events: SyncEvent[]; report: (event: SyncEvent) => void } {
  const events: SyncEvent[] = []
  return { events, report: (event) => events.push(event) }
}

/** What a result that must be ok holds. */
export function valueOf<T>(result: Result<T, unknown>): T {
  if (result.isErr()) throw new Error(`expected a value, got the error ${JSON.stringify(result.error)}`)
  return result.value
}

/** What a result that must be err holds. */
export function errorOf<E>(result: Result<unknown, E>): E {
  if (result.isOk()) throw new Error(`expected an error, got ${JSON.stringify(result.value)}`)
  return result.error
}

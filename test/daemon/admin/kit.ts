import { connect, type NetConnectOpts, type Socket } from 'node:net'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { EventStream } from '../../../src/daemon/admin/event-stream.ts'
import { adminRoutes, type Controls } from '../../../src/daemon/admin/routes.ts'
import { type Admin, openAdmin } from '../../../src/daemon/admin/server.ts'
import type { SyncEvent } from '../../../src/model/events.ts'
import { temporaryFolder } from '../../support/process.ts'

/** A daemon of which three deletions can be confirmed. */
export function stubControls() {
  const told: string[] = []
  const controls: Controls = {
    status: (): object => ({ running: true }),
    health: () => ({ healthy: true, problems: [] }),
    metrics: () => Promise.resolve({ type: 'text/plain', text: 'up 1\n' }),
    events: new EventStream(),
    hurry: () => void told.push('hurry'),
    approveDeletions: (count: number) => {
      if (count !== 3) return 3
      told.push('approve 3')
      return undefined
    },
  }
  return { told, controls }
}

export async function openAt(lockfile: string, controls = stubControls().controls): Promise<Admin> {
  const events: SyncEvent[] = []
  const admin = await openAdmin(lockfile, adminRoutes(controls), (event) => events.push(event))
  if (!admin) throw new Error(JSON.stringify(events))
  onTestFinished(() => admin.close())
  return admin
}

export async function lockfilePath(): Promise<string> {
  return join(await temporaryFolder(), 'lock.json')
}

/** Sends just these bytes. @returns everything that comes back */
export async function sendTo(address: NetConnectOpts, bytes: string): Promise<string> {
  const socket = connect(address)
  let received = ''
  socket.setEncoding('utf8').on('data', (text: string) => (received += text))
  const cut = closed(socket)
  socket.write(bytes)
  await cut
  return received
}

/** However it comes about. */
export function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.on('error', () => {}).on('close', () => resolve()))
}

export const head = (line: string, ...headers: readonly string[]) =>
  `${[`${line} HTTP/1.1`, 'host: x', ...headers].join('\r\n')}\r\n\r\n`

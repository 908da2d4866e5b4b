import { connect, type NetConnectOpts, type Socket } from 'node:net'
import { EventStream } from '../../../src/daemon/admin/event-stream.ts'
import type { Controls } from '../../../src/daemon/admin/routes.ts'

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

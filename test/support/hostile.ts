/** A host that is none of ours, and would take whatever is sent to it. */
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Emulator } from '../../src/emulator/emulator.ts'

export interface HostileHost {
  readonly url: string
  /** Every byte that came, and `connected` for each connection. */
  readonly received: () => string
}

export async function openHostileHost(): Promise<HostileHost> {
  let received = ''
  const server = createServer((socket) => {
    received += 'connected\n'
    socket.setEncoding('latin1').on('data', (text: string) => {
      received += text
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
    })
    socket.on('error', () => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received: () => received }
}

/** Cuts each listing of several in two, and says that the rest is to be had from another host. */
export function lureAway(emulator: Emulator, url: string): void {
  emulator.intercept({
    after: ({ method, query }, reply) => {
      const page = Object.entries((reply.body ?? {}) as Record<string, unknown>)
      const [name, items] = page.find(([, value]) => Array.isArray(value)) ?? []
      if (method !== 'GET' || query.has('beforeId') || !name || !Array.isArray(items) || items.length < 2) return 'continue'
      const body = { [name]: items.slice(0, Math.ceil(items.length / 2)), nextPageUri: `${url}/next?limit=100` }
      return { ...reply, body: { ...Object.fromEntries(page), ...body } }
    },
  })
}

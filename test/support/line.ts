import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Emulator } from '../../src/emulator/emulator.ts'

/** A way to an emulator that can be cut: connections are then accepted and reset. */
export interface Line {
  readonly url: string
  cut(): void
  mend(): void
  /** Ends the connections that there are, and lets others come. */
  drop(): void
  /** Connections that were reset because the line was cut. */
  refused(): number
  /** The most that were there at once while it was cut. */
  most(): number
}

/** Closed when the test has finished. */
export async function openLine(emulator: Emulator): Promise<Line> {
  const sockets = new Set<Socket>()
  let isCut = false
  let refused = 0
  let most = 0
  const server: Server = createServer((socket) => {
    sockets.add(socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket)))
    if (!isCut) {
      const through = connect(Number(new URL(emulator.url).port), '127.0.0.1').on('error', () => socket.destroy())
      socket
        .on('close', () => through.destroy())
        .pipe(through)
        .pipe(socket)
      return
    }
    refused += 1
    most = Math.max(most, sockets.size)
    socket.once('data', () => socket.resetAndDestroy()) // once the request has left, so that its outcome is in doubt
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    cut() {
      isCut = true
      for (const socket of sockets) socket.destroy()
    },
    drop() {
      for (const socket of sockets) socket.destroy()
    },
    mend() {
      isCut = false
    },
    refused: () => refused,
    most: () => most,
  }
}

/** What stands before the emulator, and now and then writes to the connection whatever it likes instead of an answer. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, request as httpRequest } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import type { Emulator } from '../../src/emulator/emulator.ts'

/** Writes to the connection of a request, in place of an answer. */
export type Mischief = (socket: Socket, asked: Asked) => unknown

export interface Asked {
  readonly method: string
  readonly path: string
}

export interface Play {
  /** Which requests it befalls. */
  readonly fits: (asked: Asked) => boolean
  readonly mischief: Mischief
  /** Whether the emulator carries it out before. */
  readonly isDone?: boolean
  /** Default 1. */
  readonly times?: number
}

export interface MischiefMaker {
  readonly url: string
  /** Befalls the next that fits. */
  readonly play: (play: Play) => void
}

export async function openMischief(emulator: Emulator): Promise<MischiefMaker> {
  const plays: (Play & { left: number })[] = []
  const server = createServer((request, response) => {
    const { method = '', url = '', socket } = request
    const asked = { method, path: url }
    const play = plays.find(({ fits, left }) => left > 0 && fits(asked))
    if (play) play.left--
    const answered = !play || play.isDone ? forward(emulator, request) : undefined
    const end = async () => {
      const answer = await answered
      if (play) play.mischief(socket, asked)
      else if (answer) response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body)
    }
    end().catch(() => socket.destroy())
  })
  server.on('connection', (socket) => socket.on('error', () => socket.destroy()))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, play: (play) => plays.push({ ...play, left: play.times ?? 1 }) }
}

async function forward(emulator: Emulator, request: IncomingMessage) {
  const { method = '', url = '', headers } = request
  const asking = httpRequest(emulator.url + url, { method, headers })
  asking.end(await buffer(request))
  const [answer] = (await once(asking, 'response')) as [IncomingMessage]
  return { status: answer.statusCode ?? 0, type: answer.headers['content-type'] ?? '', body: await buffer(answer) }
}

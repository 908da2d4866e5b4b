import { once } from 'node:events'
import type { Server } from 'node:http'
import { type Guard, respond, type Routes } from './respond.ts'

/** How long a request may take to come, and a connection to do nothing, in milliseconds. */
const PATIENCE_MS = 5_000

/**
 * `node:http` is loaded no sooner than here, so that the daemon starts without it; and not by `import`, which looks at all that it
 * exports, and so loads the client that Node.js has for WebSocket: 4 MB.
 */
export function makeServer(routes: Routes, guard: Guard = () => undefined): Server {
  const { createServer } = process.getBuiltinModule('node:http')
  const limits = {
    headersTimeout: PATIENCE_MS,
    requestTimeout: PATIENCE_MS,
    connectionsCheckingInterval: PATIENCE_MS,
    maxHeaderSize: 8_192,
  }
  const server = createServer(limits, (request, response) => void respond(request, response, routes, guard))
  server.maxConnections = 32
  server.maxRequestsPerSocket = 1 // the answer ends it, and may be without end: a second one would wait
  server.setTimeout(PATIENCE_MS)
  server.on('connection', (socket) => socket.unref())
  return server
}

/** Cuts what is under way. */
export async function shut(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}

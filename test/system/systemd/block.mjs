// Runs beside a daemon that got SIGUSR1, by which Node.js listens to a debugger: has its event loop turn no more, and ends when the daemon does.
import { setTimeout as delay } from 'node:timers/promises'

async function find() {
  try {
    const [{ webSocketDebuggerUrl }] = await (await fetch('http://127.0.0.1:9229/json/list')).json()
    return webSocketDebuggerUrl
  } catch {
    await delay(50)
    return find()
  }
}

const socket = new WebSocket(await find())
const request = { id: 1, method: 'Runtime.evaluate', params: { expression: 'for (;;);' } }
socket.addEventListener('open', () => socket.send(JSON.stringify(request)))
socket.addEventListener('close', () => process.exit())

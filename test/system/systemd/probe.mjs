// Runs in the evaluator's unit in place of the evaluator, without Node's permission model: tries what no module must be able to do, and
// says how each of it went.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'

const tries = {
  'connect to the emulator': () => once(connect(9999, '127.0.0.1'), 'connect'),
  'connect to the unit': () => once(connect('/run/aigw-sync-evaluator.sock'), 'connect'),
  listen: () => once(createServer().listen(0), 'listening'),
  'end another process': () => {
    const other = spawn('sleep', ['5']).on('error', () => {})
    process.kill(other.pid ?? 0, 'SIGKILL')
  },
  'become root': () => process.setuid?.(0),
  'read the token': () => readFileSync('/etc/aigw-sync/ai-gateway-api-key'),
  'read the lockfile': () => readFileSync('/var/lib/aigw-sync/aigw-sync.lock.json'),
  'write a file': () => writeFileSync('/tmp/file', 'x'),
  'write shared memory': () => writeFileSync('/dev/shm/file', 'x'),
  'see other processes': () => {
    const others = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    const foreign = others.filter((pid) => readFileSync(`/proc/${pid}/status`, 'utf8').includes('\tsystemd'))
    if (foreign.length === 0) throw Object.assign(new Error(), { code: 'none' })
  },
}

const outcomes = {}
for (const [name, attempt] of Object.entries(tries)) {
  try {
    await attempt()
    outcomes[name] = 'done'
  } catch (error) {
    outcomes[name] = error.code
  }
}
const status = readFileSync('/proc/self/status', 'utf8')
const fact = (name) => new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(status)?.[1]
const interfaces = readFileSync('/proc/self/net/dev', 'utf8').match(/^ *\w+(?=:)/gm) ?? []
console.log(
  JSON.stringify({
    outcomes,
    interfaces: interfaces.map((name) => name.trim()),
    capabilities: fact('CapEff'),
    seccomp: fact('Seccomp'),
    noNewPrivileges: fact('NoNewPrivs'),
    credentials: process.env['CREDENTIALS_DIRECTORY'] ?? 'none',
  }),
)

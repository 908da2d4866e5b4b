// Runs in the daemon's unit in place of the daemon: tries what the daemon must not be able to do, and what it must, and says how each of it went.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, networkInterfaces } from 'node:os'

const tries = {
  'write to its configuration': () => writeFileSync('/etc/aigw-sync/probe/configs/mine.ts', 'x'),
  'write to /usr': () => writeFileSync('/usr/bin/aigw-sync', 'x'),
  'write to the state of others': () => writeFileSync('/var/lib/aigw-sync/aigw-sync.lock.json', 'x'),
  "read root's token": () => readFileSync('/etc/aigw-sync/probe/ai-gateway-api-key'),
  'become root': () => process.setuid(0),
  'see other processes': () => {
    const others = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    if (others.length === 0) throw Object.assign(new Error(), { code: 'none' })
  },
  'write its state': () => writeFileSync('state', 'x'),
  'read its token': () => readFileSync(`${process.env.CREDENTIALS_DIRECTORY}/ai-gateway-api-key`),
  'count processors': () => cpus()[0].model,
  'list interfaces': () => networkInterfaces().lo[0].address,
  'reach the gateway': () => fetch('http://127.0.0.1:9999/'),
}

const outcomes = {}
for (const [name, attempt] of Object.entries(tries)) {
  try {
    await attempt()
    outcomes[name] = 'done'
  } catch (error) {
    outcomes[name] = error.code ?? error.message
  }
}
const status = readFileSync('/proc/self/status', 'utf8')
const fact = (name) => new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(status)?.[1]
console.log(
  JSON.stringify({
    outcomes,
    capabilities: fact('CapEff'),
    seccomp: fact('Seccomp'),
    noNewPrivileges: fact('NoNewPrivs'),
    coreLimit: /^Max core file size\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1],
  }),
)

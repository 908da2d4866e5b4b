/** In the child: Node's own modules, without what `belt.ts` is there to take away, and unchangeable for whoever imports them. */
import async_hooks from 'node:async_hooks'
import dgram from 'node:dgram'
import dns from 'node:dns'
import module from 'node:module'
import net from 'node:net'
import os from 'node:os'
import trace_events from 'node:trace_events'
import v8 from 'node:v8'
import { refuse, type Refused } from './belt.ts'

/** Under all of `http`, `https`, `http2`, `tls` and `fetch` lie these; packages that import them and never connect go on working. */
const NETWORK: readonly Refused[] = [
  { prefix: 'net.Socket.', holder: net.Socket.prototype, names: ['connect'] },
  { prefix: 'net.Server.', holder: net.Server.prototype, names: ['listen'] },
  { prefix: 'dgram.', holder: dgram, names: ['createSocket', 'Socket'] },
  { prefix: 'dns.', holder: dns, names: namesOfDns(dns) },
  { prefix: 'dns.promises.', holder: dns.promises, names: namesOfDns(dns.promises) },
]

/** Ways to the heap, to other processes, or into the evaluation of other modules. */
const INSIDES: readonly Refused[] = [
  { prefix: 'module.', holder: module, names: ['registerHooks', 'register', 'runMain'] },
  { prefix: 'async_hooks.', holder: async_hooks, names: ['createHook', 'executionAsyncResource'] },
  { prefix: 'v8.', holder: v8, names: ['setFlagsFromString', 'getHeapSnapshot', 'writeHeapSnapshot', 'queryObjects'] },
  { prefix: 'v8.promiseHooks.', holder: v8.promiseHooks, names: Object.keys(v8.promiseHooks) },
  { prefix: 'os.', holder: os, names: ['setPriority'] },
  { prefix: 'trace_events.', holder: trace_events, names: ['createTracing'] },
]

/** Once, before any module of the user runs. */
export function fastenBuiltins(): void {
  for (const each of [...NETWORK, ...INSIDES]) refuse(each)
  Object.freeze(module.prototype)
  for (const each of [net, dgram, dns, dns.promises, module, async_hooks, v8, os, trace_events]) Object.freeze(each)
  module.syncBuiltinESMExports()
  process.getBuiltinModule = (id: string) => {
    if (module.isBuiltin(id)) fastenBuiltin(id)
    return getBuiltinModule(id)
  }
}

const getBuiltinModule = process.getBuiltinModule.bind(process)
const fastened = new Set<string>(['process', 'node:process']) // `belt.ts` sees to that

/** Before anybody gets it. */
export function fastenBuiltin(id: string): void {
  if (fastened.has(id)) return
  fastened.add(id)
  Object.freeze(getBuiltinModule(id))
}

function namesOfDns(holder: object): readonly string[] {
  return Object.keys(holder).filter((name) => /^(lookup|resolve|reverse|Resolver)/.test(name))
}

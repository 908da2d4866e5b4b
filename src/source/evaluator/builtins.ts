/** In the child: Node's own modules, without what `belt.ts` is there to take away, and unchangeable for whoever gets them. */
import { refuse, type Refused } from './belt.ts'

const getBuiltinModule = process.getBuiltinModule.bind(process)
const module = getBuiltinModule('node:module')
const sync = module.syncBuiltinESMExports.bind(module)
const { isBuiltin } = module

/**
 * Once, before any module of the user runs: what can be come by without getting the module of Node it belongs to, through `process.stderr`,
 * `module` in a package, or what others of Node's modules make of it. The rest has time until somebody gets it: to load it takes 5 ms.
 */
export function fastenBuiltins(): void {
  const net = getBuiltinModule('node:net')
  // Under all of `http`, `https`, `http2`, `tls` and `fetch` lie these; packages that import them and never connect go on working.
  refuse({ prefix: 'net.Socket.', holder: net.Socket.prototype, names: ['connect'] })
  refuse({ prefix: 'net.Server.', holder: net.Server.prototype, names: ['listen'] })
  refuse({ prefix: 'module.', holder: module, names: ['registerHooks', 'register', 'runMain'] })
  loadStorage()
  refuse(of('async_hooks', 'createHook', 'executionAsyncResource')) // `node:domain` would otherwise make use of it
  Object.freeze(module.prototype)
  for (const id of ['net', 'module', 'async_hooks']) fastenBuiltin(id)
  process.getBuiltinModule = (id: string) => {
    if (isBuiltin(id)) fastenBuiltin(id)
    return getBuiltinModule(id)
  }
}

/** Node.js 22 makes a hook of its own when storage is first looked at, which `node:assert` and many packages do. */
function loadStorage(): void {
  void getBuiltinModule('node:async_hooks').AsyncLocalStorage
}

/** By module, what is refused of what only who gets it has: to connect, or ways to the heap, to other processes, or into the evaluation of others. */
const REFUSED: ReadonlyMap<string, () => readonly Refused[]> = new Map([
  ['dgram', () => [of('dgram', 'createSocket', 'Socket')]],
  ['dns', ofDns],
  ['dns/promises', () => (fastenBuiltin('dns'), [])],
  ['os', () => [of('os', 'setPriority')]],
  ['trace_events', () => [of('trace_events', 'createTracing')]],
  ['v8', ofV8],
])

function of(id: string, ...names: readonly string[]): Refused {
  return { prefix: `${id}.`, holder: getBuiltinModule(id) as object, names }
}

function ofDns(): readonly Refused[] {
  const dns = getBuiltinModule('node:dns')
  return [of('dns', ...namesOfDns(dns)), { prefix: 'dns.promises.', holder: dns.promises, names: namesOfDns(dns.promises) }]
}

function namesOfDns(holder: object): readonly string[] {
  return Object.keys(holder).filter((name) => /^(lookup|resolve|reverse|Resolver)/.test(name))
}

function ofV8(): readonly Refused[] {
  const { promiseHooks } = getBuiltinModule('node:v8')
  const hooks: Refused = { prefix: 'v8.promiseHooks.', holder: promiseHooks, names: Object.keys(promiseHooks) }
  return [of('v8', 'setFlagsFromString', 'getHeapSnapshot', 'writeHeapSnapshot', 'queryObjects'), hooks]
}

const fastened = new Set<string>(['process']) // `belt.ts` sees to that

/** Before anybody gets it. @param id with or without `node:` */
export function fastenBuiltin(id: string): void {
  const name = id.replace(/^node:/, '')
  if (fastened.has(name)) return
  fastened.add(name)
  const refused = REFUSED.get(name)?.() ?? []
  for (const each of refused) refuse(each)
  for (const holder of [getBuiltinModule(id) as object, ...refused.map((each) => each.holder)]) Object.freeze(holder)
  sync()
}

/**
 * In the child, before any module of the user runs: takes away what config modules have no business with, and makes what they share
 * unchangeable, so that none can alter what a later one says. The language itself is frozen by `--frozen-intrinsics`. All of this is a
 * belt, not a wall: it is made of the same JavaScript that it holds.
 */
type Holder = Readonly<Record<string, unknown>> | object

export interface Refused {
  /** Before a name as it is written: the `process.` of `process.kill`. */
  readonly prefix: string
  readonly holder: Holder
  readonly names: readonly string[]
}

/** To signal, to become somebody else, to get behind what is taken away here, or into what Node does for another module. */
const OF_PROCESS =
  `kill _kill abort _debugProcess _debugEnd execve dlopen binding _linkedBinding _getActiveHandles _getActiveRequests
  setuid seteuid setgid setegid setgroups initgroups umask loadEnvFile openStdin setSourceMapsEnabled
  setUncaughtExceptionCaptureCallback addUncaughtExceptionCaptureCallback
  _startProfilerIdleNotifier _stopProfilerIdleNotifier`.split(/\s+/)

export function fastenProcess(): void {
  refuse({ prefix: 'process.', holder: process, names: OF_PROCESS })
  // Node puts one of its own here when it first loads what belongs to workers, and must not fail then: to set it does nothing.
  Object.defineProperty(process, 'chdir', { get: () => refusedChdir, set: ignore, configurable: false })
  const empty = process.getBuiltinModule('node:stream').Readable.from([])
  const fixed = { env: Object.freeze({}), stdin: empty, argv: Object.freeze([]), execArgv: Object.freeze([]) }
  for (const [name, value] of Object.entries(fixed)) fix(process, name, value)
  for (const name of Object.getOwnPropertyNames(process)) {
    const own = Object.getOwnPropertyDescriptor(process, name)
    if (typeof own?.value === 'function' && own.configurable === true) fix(process, name, own.value)
  }
  Object.preventExtensions(process) // what it inherits cannot be hidden either
}

const refusedChdir = refusing('process.chdir')

function ignore(): void {}

const getBuiltinModule = process.getBuiltinModule.bind(process)

/** The language, and what Node adds that configurations are made with. The rest is loaded when it is first looked at, which costs 20 ms. */
const GLOBALS =
  `AggregateError Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Boolean DataView Date Error EvalError FinalizationRegistry
  Float16Array Float32Array Float64Array Function Int16Array Int32Array Int8Array Intl Iterator JSON Map Math Number Object Promise Proxy
  RangeError ReferenceError Reflect RegExp Set SharedArrayBuffer String Symbol SyntaxError Temporal TypeError URIError Uint16Array Uint32Array
  Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet WebAssembly decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval
  global globalThis isFinite isNaN parseFloat parseInt unescape
  Buffer TextDecoder TextEncoder URL URLSearchParams atob btoa clearImmediate clearInterval clearTimeout console process
  queueMicrotask setImmediate setInterval setTimeout structuredClone`.split(/\s+/)

/** What stands in the global object stays what it is; what Node added for texts and bytes is frozen like the language. */
export function fastenGlobals(): void {
  refuse({ prefix: '', holder: globalThis, names: ['fetch'] })
  for (const name of GLOBALS) if (name in globalThis) fix(globalThis, name, Reflect.get(globalThis, name), false)
  Reflect.deleteProperty(globalThis, 'performance') // with the setter it comes with
  Object.defineProperty(globalThis, 'performance', { get: performanceOfNode, configurable: false })
  for (const each of [Buffer, URL, URLSearchParams, TextEncoder, TextDecoder]) freezeClass(each)
}

/** Node loads it when it is first looked at: so do we. */
function performanceOfNode(): unknown {
  return getBuiltinModule('node:perf_hooks').performance
}

/** Puts in the place of functions one that says what it is. Names that are not there stay away. */
export function refuse({ prefix, holder, names }: Refused): void {
  for (const name of names) if (name in holder) fix(holder, name, refusing(prefix + name))
}

/** Told as what Node's own permission model refuses. */
function refusing(resource: string): () => never {
  return function refused(): never {
    throw Object.assign(new Error(`config modules may not use ${resource}`), { code: 'ERR_ACCESS_DENIED', permission: resource })
  }
}

function fix(holder: object, name: string, value: unknown, enumerable = true): void {
  Object.defineProperty(holder, name, { value, writable: false, configurable: false, enumerable })
}

function freezeClass(one: { readonly prototype: object }): void {
  Object.freeze(one)
  Object.freeze(one.prototype)
}

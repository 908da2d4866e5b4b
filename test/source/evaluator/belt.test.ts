import { readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { describe, expect, test } from 'vitest'
import { install, open } from '../modules/harness.ts'

const REFUSED = { ok: false, problem: { problem: 'threw', msg: expect.stringContaining('run isolated') as string } }

describe('a module cannot signal another process', () => {
  test.each([
    'process.kill(process.ppid, 0)',
    'process.kill(0, 0)',
    'process.kill(-1, 0)',
    'Reflect.get(process, "kill").call(process, process.ppid, 0)',
    'process._kill(process.ppid, 0)',
    'process._debugProcess(process.ppid)',
    'process.abort()',
    'process.chdir("/")',
    'process.binding("process_methods")',
    'process._linkedBinding("process_methods")',
    'process.getBuiltinModule("process").kill(process.ppid, 0)',
    'process.getBuiltinModule("module").createRequire("/x")("node:process").kill(process.ppid, 0)',
    'process.getBuiltinModule("os").setPriority(process.ppid, 19)',
    'process.getBuiltinModule("child_process").spawn("kill")',
    'process.setUncaughtExceptionCaptureCallback(() => {})',
  ])('by %s', async (line) => {
    const { load } = await open()
    expect((await load({ 'a.js': `${line}\nexport default {}` }))['a.js']).toMatchObject(REFUSED)
  })

  test('of ours: it is in a session of its own', async () => {
    const { load } = await open()
    const { 'a.ts': loaded } = await load({ 'a.ts': 'export default { pid: process.pid }' })
    const { pid } = (loaded as { value: { pid: number } }).value
    const [, , group, session] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    expect([Number(group), Number(session)]).toEqual([pid, pid])
  })
})

describe('a module cannot use the network', () => {
  test.each([
    ['net', 'x.connect(1)'],
    ['net', 'x.connect("/run/some.sock")'],
    ['net', 'new x.Socket().connect(1)'],
    ['net', 'x.createServer().listen(0)'],
    ['tls', 'x.connect(1)'],
    ['http', 'x.get("http://127.0.0.1:1")'],
    ['http', 'x.createServer().listen(0)'],
    ['https', 'x.get("https://127.0.0.1:1")'],
    ['http2', 'x.connect("http://127.0.0.1:1")'],
    ['dgram', 'x.createSocket("udp4")'],
    ['dns', 'x.lookup("localhost", () => {})'],
    ['dns', 'new x.Resolver()'],
    ['dns', 'await x.promises.resolve4("localhost")'],
    ['dns/promises', 'await x.lookup("localhost")'],
    ['path', 'await fetch("http://127.0.0.1:1")'],
    ['path', 'new process.stderr.constructor().connect(1)'],
    ['path', 'process.getBuiltinModule("net").connect(1)'],
    ['module', 'x.createRequire("/x")("net").connect(1)'],
  ])('of node:%s by %s', async (name, line) => {
    const { load } = await open()
    const text = `import x from 'node:${name}'\n${line}\nexport default {}`
    expect((await load({ 'a.js': text }))['a.js']).toMatchObject(REFUSED)
  })

  const ways = [
    (name: string) => `import x from '${name}'`,
    (name: string) => `import * as x from '${name}'`,
    (name: string) => `const x = await import('${name}')`,
    (name: string) => `const x = process.getBuiltinModule('${name}')`,
    (name: string) => `import { createRequire } from 'module'\nconst x = createRequire('/x')('${name}')`,
  ]
  const late = [
    ['dns', 'x.lookup("localhost", () => {})'],
    ['dns', 'x.promises.lookup("localhost")'],
    ['dns/promises', 'x.lookup("localhost")'],
    ['dgram', 'x.createSocket("udp4")'],
  ]
  const gotten = late.flatMap(([name = '', line]) => ways.map((way) => `${way(name)}\n${line}`))
  test.each([...gotten, ...gotten.map((text) => text.replace(/'(dns|dgram)/, "'node:$1"))])(
    'whichever way it is got: %s',
    async (text) => {
      const { load } = await open()
      expect((await load({ 'a.js': `${text}\nexport default {}` }))['a.js']).toMatchObject(REFUSED)
    },
  )

  test('by a WebSocket or an EventSource: there is none', async () => {
    const { load } = await open()
    const text = 'export default { kinds: [typeof WebSocket, typeof EventSource] }'
    expect((await load({ 'a.js': text }))['a.js']).toMatchObject({ value: { kinds: ['undefined', 'undefined'] } })
  })

  test('but a package that could may be imported', async () => {
    const { dir, load } = await open()
    await install(dir, {
      'node_modules/some-client/package.json': '{ "name": "some-client", "main": "main.js" }',
      'node_modules/some-client/main.js':
        "const http = require('http'), https = require('node:https'), dns = require('dns')\nexports.agent = new http.Agent({ keepAlive: true }) && 'agent'",
    })
    const text = "import { agent } from 'some-client'\nexport default { name: agent }"
    expect((await load({ 'a.ts': text }))['a.ts']).toMatchObject({ ok: true, value: { name: 'agent' } })
  })
})

const fileOf = (at: number): string => `${String(at).padStart(3, '0')}.js`

describe('every module of Node loads in the evaluator as it does elsewhere, but those that hook into what others do,', () => {
  const hooking = Number.parseInt(process.versions.node, 10) < 26 ? ['domain', 'repl'] : ['domain'] // the one loaded the other
  const names = builtinModules.filter((name) => !/^node:|^_/.test(name) && name !== 'inspector')
  test.each([
    ['first to last', names],
    ['last to first', names.toReversed()],
  ])('%s', async (_order, ordered) => {
    const { load } = await open()
    const entries = ordered.map((name, at) => [fileOf(at), `import '${name}'\nexport default { name: '${name}' }`])
    const loaded = await load(Object.fromEntries(entries))
    const refused = ordered.filter((_name, at) => loaded[fileOf(at)]?.ok !== true)
    expect(refused.toSorted()).toEqual(hooking)
  })
})

/** What it says depends on much that others could have put something else in the place of. */
const HONEST = `
  import { join } from 'node:path'
  import { createHash } from 'node:crypto'
  import fs, { readFileSync } from 'node:fs'
  const allow = new Map([['a', 1]])
  const list = ['x']
  list.push('y')
  const [later] = await Promise.all([Promise.resolve('z')])
  const name = join('a', 'b') + String(allow.get('a')) + new URL('http://c/d').pathname + Buffer.from('e').toString('hex')
  export default {
    name, list: [...list, later], copy: JSON.parse(JSON.stringify({ f: 1 })), none: process.env.HOME ?? null,
    hash: createHash('md5').update('g').digest('hex'), fs: fs.readFileSync === readFileSync, extra: ({}).extra ?? null,
  }`

describe('a module that changes what all share fails itself, and the next says what it always says:', () => {
  test.each([
    "JSON.stringify = () => '{}'",
    'globalThis.JSON = { stringify: () => 1, parse: () => 1 }',
    'Array.prototype.push = () => 0',
    'Array.prototype[Symbol.iterator] = function* () {}',
    "Object.prototype.extra = 'extra'",
    "Object.defineProperty(Object.prototype, 'access', { value: {} })",
    'Object.fromEntries = () => ({})',
    'Reflect.ownKeys = () => []',
    'Map.prototype.get = () => 2',
    'Promise.prototype.then = () => 0',
    'Promise.all = async () => [1]',
    'globalThis.Promise = class {}',
    'String.prototype.split = () => []',
    'RegExp.prototype.exec = () => null',
    'Uint8Array.prototype.subarray = () => 0',
    'TextEncoder.prototype.encode = () => new Uint8Array(0)',
    "URL.prototype.toString = () => 'x'",
    'globalThis.URL = class {}',
    'Buffer.from = () => 0',
    'globalThis.Buffer = {}',
    'globalThis.process = {}',
    'process.exit = () => 0',
    'process.emit = () => true',
    "process.env.HOME = '/x'",
    "process.env = { HOME: '/x' }",
    "(await import('node:path')).default.join = () => 'x'",
    "(await import('node:fs')).default.readFileSync = () => 'x'",
    "(await import('node:fs')).default.writeSync = () => 1",
    "(await import('node:crypto')).default.createHash = () => 0",
    "(await import('node:module')).registerHooks({ load: () => ({ format: 'json', source: '{}', shortCircuit: true }) })",
    "(await import('node:module')).default._load = () => 0",
    "(await import('node:module')).default.prototype._compile = () => 0",
    "(await import('node:async_hooks')).createHook({ init() {} })",
    "(await import('node:async_hooks')).executionAsyncResource()",
    "(await import('node:v8')).promiseHooks.onSettled(() => {})",
    "(await import('node:v8')).setFlagsFromString('--allow-natives-syntax')",
    "(await import('node:v8')).getHeapSnapshot()",
    "(await import('node:timers/promises')).default.setImmediate = () => 0",
    'globalThis.performance = { now: () => 0 }',
    "Object.defineProperty(globalThis, 'performance', { value: {} })",
  ])('%s', async (line) => {
    const { load, update, loader, late } = await open()
    const honest = (await load({ 'b.js': HONEST }))['b.js']
    expect(honest).toMatchObject({ ok: true, value: { name: 'a/b1/d65', list: ['x', 'y', 'z'], copy: { f: 1 }, none: null } })
    const { loaded } = await update({ 'a.js': `${line}\nexport default {}`, 'b.js': `${HONEST} // again` })
    await loader.settled()
    const results = [...loaded, ...late]
    expect(results.find(({ file }) => file === 'a.js')).toMatchObject({ ok: false, problem: { problem: 'threw' } })
    expect(results.find(({ file }) => file === 'b.js')).toEqual(honest)
  })
})

const frame = (id: number, name: string): string => JSON.stringify({ id, type: 'value', value: { name }, several: false })

describe('a module that speaks on the pipes of the evaluator', () => {
  test.each([
    ['for the next', [2, 3, 4]],
    ['for itself', [1]],
    ['for itself and the next', [1, 2, 3, 4]],
  ])('to answer %s is found out, and changes no answer', async (_name, ids) => {
    const { load, events } = await open()
    const lines = ids.map((id) => `${frame(id, 'forged')}\n`).join('')
    const text = `import { writeSync } from 'node:fs'\nwriteSync(3, ${JSON.stringify(lines)})\nexport default { name: 'honest' }`
    const loaded = await load({ 'a.ts': text, 'b.ts': "export default { name: 'b' }", 'c.ts': "export default { name: 'c' }" })
    expect(loaded).toMatchObject({
      'a.ts': { ok: false, problem: { problem: 'exit', msg: expect.stringContaining("evaluator's own pipe") as string } },
      'b.ts': { ok: true, value: { name: 'b' } },
      'c.ts': { ok: true, value: { name: 'c' } },
    })
    expect(events).toContainEqual({ event: 'evaluator.restarted', reason: 'exit', file: 'a.ts' })
  })

  test('to take the requests of others is no loss to them', async () => {
    const { load } = await open({ evaluationTimeoutMs: 3_000 })
    const thief = "import { readSync } from 'node:fs'\nreadSync(0, Buffer.alloc(1e6))\nexport default {}"
    const others = Object.fromEntries(
      Array.from({ length: 200 }, (_, n) => [`b${n}.ts`, `export default { n: ${n} } // ${'x'.repeat(999)}`]),
    )
    const loaded = await load({ 'a.ts': thief, ...others })
    for (let n = 0; n < 200; n += 1) expect(loaded[`b${n}.ts`]).toMatchObject({ ok: true, value: { n } })
  })

  test('finds no stream there to listen to, or to speak on as we do', async () => {
    const { load } = await open()
    const request = JSON.stringify({ id: 1, url: 'file:///x', probe: false, shared: [], modules: [] })
    const text = `process.stdin.emit('data', ${JSON.stringify(`${request}\n`)})\nexport default { name: 'a' }`
    expect(await load({ 'a.ts': text, 'b.ts': "export default { name: 'b' }" })).toMatchObject({
      'a.ts': { ok: true, value: { name: 'a' } },
      'b.ts': { ok: true, value: { name: 'b' } },
    })
  })
})

test('a module that leaves behind what throws in the name of another is not believed: by itself the other loads', async () => {
  const { load } = await open()
  const other = 'await new Promise((done) => setTimeout(done, 50))\nexport default { url: import.meta.url }'
  const { 'b.ts': first } = await load({ 'b.ts': other })
  const { url } = (first as { value: { url: string } }).value
  await load({ 'b.ts': null, 'ends.ts': 'process.exit(1)' }) // what a child has run it does not run again
  const forges = `setInterval(() => { throw Object.assign(new Error('forged'), { stack: 'Error: forged\\n    at ${url}:1:1' }) }, 10)`
  const loaded = await load({ 'a.ts': `${forges}\nexport default {}`, 'b.ts': other })
  expect(loaded).toMatchObject({ 'a.ts': { ok: true }, 'b.ts': { ok: true, value: { url } } })
})

test('what a module listens to is not there for the next', async () => {
  const { load } = await open()
  const listens = "process.on('unhandledRejection', () => {})\nexport default {}"
  const strays = "void Promise.reject(new Error('stray'))\nexport default {}"
  expect(await load({ 'a.ts': listens, 'b.ts': strays })).toMatchObject({
    'a.ts': { ok: true },
    'b.ts': { ok: false, problem: { problem: 'threw', msg: expect.stringContaining('stray') as string } },
  })
})

describe('what a helper exports', () => {
  const helpers = {
    '_base.ts':
      "import data from './_data.json' with { type: 'json' }\nexport const models = { allow: ['a'] }\nexport { data }\nexport const seen = new Map()",
    '_data.json': '{ "allow": ["a"] }',
    'z.ts': "import { models, data } from './_base.ts'\nexport default { models, data }",
  }
  const z = { ok: true, value: { models: { allow: ['a'] }, data: { allow: ['a'] } } }

  test.each(["models.allow.push('b')", "models.allow = ['b']", "data.allow.push('b')", 'Object.assign(models, { allow: [] })'])(
    'is nobody’s to change: %s fails, and the next sees what it always saw',
    async (line) => {
      const { load } = await open()
      const loaded = await load({ ...helpers, 'a.js': `import { models, data } from './_base.ts'\n${line}\nexport default {}` })
      expect(loaded['a.js']).toMatchObject({ ok: false, problem: { problem: 'threw', line: 2 } })
      expect(loaded['z.ts']).toMatchObject(z)
      expect((await load({ 'z.ts': `${helpers['z.ts']} // again` }))['z.ts']).toMatchObject(z)
    },
  )

  test('may be copied and extended, and what is no data stays as it is', async () => {
    const { load } = await open()
    const text =
      "import { models, seen } from './_base.ts'\nseen.set('a', 1)\nconst own = structuredClone(models)\nown.allow.push('b')\n" +
      "export default { models: { ...own, allow: [...own.allow, ...models.allow, 'c'] }, size: seen.size }"
    const loaded = await load({ ...helpers, 'a.js': text })
    expect(loaded['a.js']).toMatchObject({ ok: true, value: { models: { allow: ['a', 'b', 'a', 'c'] }, size: 1 } })
    expect(loaded['z.ts']).toMatchObject(z)
  })

  test('may hang together in a cycle, and throw where it always threw', async () => {
    const { load } = await open()
    const loaded = await load({
      'a.ts': "import { b } from './_b.ts'\nexport default { b }",
      '_b.ts': "import { c } from './_c.ts'\nexport const b = ['b']\nexport const d = () => c",
      '_c.ts': "import { b } from './_b.ts'\nexport const c = () => b",
      'e.ts': "import { f } from './_f.ts'\nexport default { f }",
      '_f.ts': "export const f = 1\nthrow new Error('in f')",
    })
    expect(loaded['a.ts']).toMatchObject({ ok: true, value: { b: ['b'] } })
    expect(loaded['e.ts']).toMatchObject({
      ok: false,
      problem: { msg: expect.stringContaining('in _f.ts:2:7: Error: in f') as string },
    })
  })
})

import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { moduleNamed } from '../support/config-folder.ts'
import { expectedOf, HOSTILE, type Trick, tricks } from '../support/corpus.ts'
import { type Line, startProcess } from '../support/process.ts'
import { setStage, type Stage } from '../support/stage.ts'

/** Tricks that still work on others than themselves, or that nothing stops. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'allocates-buffers.ts': 'memory outside of the heap has no limit: it is given up for its time',
  'answers-twice.ts': 'answers for those after it in its child',
  'asks-the-network.ts': 'nothing keeps it from the network before Node 26',
  'closes-fd-3.ts': 'keeps its child from answering',
  'deletes-globals.ts': 'ends its child without a word that says why',
  'kills-its-parent.ts': 'ends the daemon',
  'listens-for-what-the-evaluator-reads.ts': 'keeps its child from hearing what is asked of it next',
  'listens-on-a-port.ts': 'nothing keeps it from the network before Node 26',
  'opens-a-socket.ts': 'nothing keeps it from the network before Node 26',
  'patches-array-prototype.ts': 'works on those after it in its child',
  'patches-json-stringify.ts': 'works on those after it in its child',
  'patches-promises.ts': 'works on those after it in its child',
  'patches-reflect.ts': 'answers for those after it in its child',
  'patches-write-sync.ts': 'keeps its child from answering: it is given up for its time',
  'pollutes-object-prototype.ts': 'works on those after it in its child',
  'registers-hooks.ts': 'replaces the code of those after it in its child',
  'stops-listening.ts': 'keeps its child from hearing what is asked of it next',
}

const MEGABYTE = 1024 * 1024

type Text = string | Buffer

/** What Git or an editor would not keep as it is, and what is too large to be kept: the file, its content, and what is to become of it. */
const MADE: readonly (readonly [file: string, content: Text, expected: string])[] = [
  ['not-utf-8.ts', Buffer.from("export default { name: 'caf\xe9' }", 'latin1'), 'unreadable "is not UTF-8"'],
  ['utf-16.json', Buffer.from('{ "name": "x" }', 'utf16le'), 'syntax ""'],
  ['empty.ts', '', 'invalid "expected a default export"'],
  ['empty-data.json', '', 'syntax "Unexpected end of JSON input"'],
  ['empty-text.yaml', '', 'syntax "empty"'],
  ['zeros.yaml', Buffer.alloc(1000), 'syntax ""'],
  [
    'ten-megabytes.ts',
    Buffer.alloc(10 * MEGABYTE, 'x'),
    'unreadable "has 10.00 MB, and a module or a data file may have at most 1"',
  ],
  ['ten-megabytes-of-data.json', Buffer.alloc(10 * MEGABYTE, '['), 'unreadable "has 10.00 MB"'],
  ['megabyte-on-a-line.ts', `export default [${'1,'.repeat(MEGABYTE / 2 - 20)}]`, 'invalid "at most 100000 values"'],
  ['megabyte-of-broken-json.json', `{"a":[${'"x",'.repeat(MEGABYTE / 4 - 20)}oops`, `syntax "Unexpected token 'o'"`],
  ['megabyte-of-open-lists.json', '['.repeat(MEGABYTE), 'syntax "Unexpected end of JSON input"'],
  ['megabyte-of-broken-yaml.yaml', `a:\n${'- x\n'.repeat(MEGABYTE / 4 - 20)}]`, 'syntax ""'],
  ['megabyte-of-documents.yaml', '---\n'.repeat(MEGABYTE / 4), 'syntax "single document"'],
  ['imports-a-million.ts', "import 'a'\n".repeat(95_000), 'syntax "it has 95000 imports, and a module may have at most 1000"'],
  ['operators-without-end.ts', `export default ${'!'.repeat(500_000)}1`, 'syntax "nested, or chained, too deep"'],
  ['types-without-end.ts', `type A = ${'A<'.repeat(500_000)}\nexport default {}`, 'syntax "nested, or chained, too deep"'],
  ['marked-and-carriage-returns.ts', `\ufeff${moduleNamed('x').replaceAll('\n', '\r\n')}`, 'created'],
  ['marked-and-carriage-returns-of-json.json', '\ufeff{\r\n"name": "x",\r\n"access": {}\r\n}\r\n', 'created'],
  ['marked-and-carriage-returns-of-yaml.yaml', '\ufeffname: x\r\naccess:\r\n  models:\r\n    allow: []\r\n', 'created'],
  ['constructor.json', '{ "name": "constructor", "access": {} }', 'created'],
  ['toString.yaml', 'name: toString\naccess: {}', 'created'],
  ['hasOwnProperty.mts', moduleNamed('hasOwnProperty'), 'created'],
  ['Case.ts', moduleNamed('upper'), 'created'],
  ['case.ts', moduleNamed('lower'), 'created'],
  ['caf\u00e9.ts', moduleNamed('composed'), 'created'],
  ['cafe\u0301.ts', moduleNamed('decomposed'), 'created'],
]

/** File names as bytes of latin1, how they are told, and what is to become of them. */
const NAMED: readonly (readonly [name: string, shown: string])[] = [
  ['new\nline.ts', String.raw`new\nline.ts`],
  ['\x1b]0;owned\x07.ts', String.raw`\u001b]0;owned\u0007.ts`],
  ['latin-\xe9.yaml', String.raw`latin-\xe9.yaml`],
]

/** As many as may run aside; more of them keep what is new waiting until one is given up. */
const ENDLESS: ReadonlySet<string> = new Set(['loops-forever.ts', 'never-settles.ts', 'regex-catastrophe.ts'])

test('a folder of hostile modules harms nothing but itself', { timeout: 240_000 }, async () => {
  const corpus = tricks(LEFT_OUT)
  const endless = corpus.filter(isLate)
  const others = corpus.filter((trick) => !isLate(trick))
  const first = await setStage(({ around, put }) => {
    setPatience(around, '5m')
    put('before.ts', moduleNamed('before'))
  })
  const all = [...others, ...make(first, others)]
  await first.line('config.created', 'hostile/aa-good')
  await first.line('config.created', 'hostile/zz-good')
  first.put('later.ts', moduleNamed('later'))
  await first.line('config.created', 'later')
  await untilToldOf(
    first.daemon.lines,
    all.filter(({ file }) => !ENDLESS.has(file)),
  )
  expect(first.daemon.told('source.invalid').filter(({ problem }) => problem === 'timeout')).toEqual([])
  expect(first.daemon.told('source.degraded')).toEqual([])

  const second = await first.restart(() => {
    setPatience(first.around, '3s')
    for (const { file } of endless) cpSync(join(HOSTILE, file), first.at(`hostile/${file}`))
  })
  second.put('before.ts', moduleNamed('after'))
  await second.line('config.updated', 'before')
  const endlessOnes = [...endless, ...all.filter(({ file }) => ENDLESS.has(file))]
  await untilToldOf(second.daemon.lines, endlessOnes)
  expectAlone(second, [...all, ...endless])
  for (const { daemon } of [first, second]) {
    expectPlainLines(daemon.stdout())
    expect(daemon.stderr()).toBe('')
  }
  expectPlainLines(await say(second, 'status', '--json'), true)
  expect(await second.daemon.kill('SIGTERM')).toBe(0)
})

function setPatience(around: string, evaluationTimeout: string): void {
  writeFileSync(join(around, '.aigw-syncrc.json'), JSON.stringify({ evaluationTimeout, evaluationMemory: 64 }))
}

function isLate({ file, expected }: Trick): boolean {
  return expected.outcomes.includes('timeout') && !ENDLESS.has(file)
}

/** Waits until something was told of each; fails with what is missing or wrong. */
async function untilToldOf(lines: readonly Line[], expected: readonly Trick[]): Promise<void> {
  const isTold = (trick: Trick): boolean => outcomeOf(lines, trick) !== undefined
  await vi.waitUntil(() => expected.every(isTold), { timeout: 90_000, interval: 50 }).catch(() => undefined) // what is missing says more
  const wrong = expected.flatMap((trick) => mistakeOf(trick, outcomeOf(lines, trick)) ?? [])
  expect(wrong.join('\n')).toBe('')
}

/** Only what may be there is on the gateway, and as it was declared. */
function expectAlone({ names }: Stage, all: readonly Trick[]): void {
  const mayBe = new Set(all.flatMap(({ file, expected }) => (expected.outcomes.includes('created') ? keyOf(file) : [])))
  const created = Object.keys(names()).map((key) => key.replace(/^hostile\//, '').replace(/#.*/, ''))
  expect(created.filter((key) => !mayBe.has(key) && !/^(?:before|later|aa-good|zz-good)$/.test(key))).toEqual([])
  const forged = Object.entries(names()).filter(([key, name]) => name === 'forged' && !key.startsWith('hostile/patches-')) // of itself it may say what it likes
  expect(forged).toEqual([])
  expect(existsSync(join(tmpdir(), 'aigw-sync-hostile'))).toBe(false)
}

/** Fills the folder in a single step. @returns what is there beside the files of the corpus */
function make({ around, at }: Stage, corpus: readonly Trick[]): readonly Trick[] {
  const aside = mkdtempSync(join(around, 'aside-'))
  const made: Trick[] = []
  const trick = (file: string, expected: string): number => made.push({ file, expected: expectedOf(expected) })
  const helpers = readdirSync(HOSTILE).filter((file) => file.startsWith('_'))
  for (const file of [...helpers, ...corpus.map((each) => each.file)]) cpSync(join(HOSTILE, file), join(aside, file))
  for (const [file, content, expected] of MADE) {
    writeFileSync(join(aside, file), content)
    trick(file, expected)
  }
  for (const [name, shown] of NAMED) {
    writeFileSync(Buffer.concat([Buffer.from(`${aside}/`), Buffer.from(name, 'latin1')]), moduleNamed('x'))
    trick(shown, 'unreadable "rename it"')
  }
  mkdirSync(join(aside, '4913'))
  trick('4913', 'unreadable "rename it"')
  symlinkSync('/etc/hostname', join(aside, 'leads-out.ts'))
  trick('leads-out.ts', 'unreadable "is a link that leads out of the folder"')
  symlinkSync('leads-back.ts', join(aside, 'leads-back.ts'))
  trick('leads-back.ts', 'unreadable "leads back to itself"')
  execFileSync('mkfifo', [join(aside, 'pipe.ts')])
  trick('pipe.ts', 'unreadable "is neither a file nor a folder"')
  mkdirSync(join(aside, 'folder.ts'))
  for (const file of ['writable.ts', '_writable.ts']) {
    writeFileSync(join(aside, file), moduleNamed('x'))
    chmodSync(join(aside, file), 0o666)
    trick(file, 'unsafe "may be written by everybody"')
  }
  writeFileSync(join(aside, 'imports-what-everybody-writes.ts'), "import './_writable.ts'\nexport default {}")
  trick(
    'imports-what-everybody-writes.ts',
    `import "'./_writable.ts' cannot be imported: hostile/_writable.ts may be written by everybody"`,
  )
  for (const good of ['aa-good', 'zz-good']) writeFileSync(join(aside, `${good}.ts`), moduleNamed(good))
  execFileSync('mv', [aside, at('hostile')])
  return made
}

/** The first line that says what became of it. */
function outcomeOf(lines: readonly Line[], { file }: Trick): Line | undefined {
  const key = `hostile/${keyOf(file)}`
  const isOfKey = (line: Line): boolean => String(line['key']).replace(/#.*/, '') === key
  return lines.find(
    (line) =>
      (line.event === 'source.invalid' && line['file'] === `hostile/${file}`) ||
      (line.event === 'config.created' && isOfKey(line)),
  )
}

function keyOf(file: string): string {
  return file.replace(/\.\w+$/, '')
}

/** @returns what is wrong with what became of it */
function mistakeOf({ file, expected: { outcomes, part } }: Trick, line: Line | undefined): string | undefined {
  if (line === undefined) return `${file}: expected ${outcomes.join(' or ')}, came nothing`
  const outcome = line.event === 'config.created' ? 'created' : String(line['problem'])
  const said = [line['error'], line['path'], line['key'], line['name']].join(' ')
  if (outcomes.includes(outcome) && (outcome === 'created' && outcomes.length > 1 ? true : said.includes(part))) return undefined
  return `${file}: expected ${outcomes.join(' or ')} "${part}", came ${outcome} ${said}`.slice(0, 300)
}

/** One JSON object a line, and no character that drives a terminal. */
function expectPlainLines(text: string, isDocument = false): void {
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  expect(text.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/)
  for (const line of isDocument ? [text] : text.trimEnd().split('\n')) expect(JSON.parse(line)).toBeTypeOf('object')
}

async function say({ around, dir }: Stage, ...args: readonly string[]): Promise<string> {
  const asked = startProcess({ args: [...args, '--dir', dir], cwd: around })
  expect([0, 1]).toContain(await asked.ended)
  return asked.stdout()
}

test('names that every object has are names like any other, in files, keys, providers, metadata, the lockfile and all documents', async () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf']
  const all = JSON.stringify(names)
  const it = await setStage({
    'constructor.json': `{ "name": "constructor", "access": { "providers": { "allow": ${all} }, "models": { "allow": ${all} } } }`,
    'toString.yaml': 'name: toString\naccess: {}\nmetadata: { __proto__: { polluted: true }, constructor: 1 }\n',
    'hasOwnProperty/valueOf.mts': moduleNamed('valueOf'),
    'own.ts': "export default { key: '__proto__', name: '__proto__', access: {} }\n",
    'several.json': `{ ${names.map((name) => `"${name}": { "name": "several ${name}", "access": {} }`).join(', ')} }`,
    'router.ts': `export default { name: 'router', access: {}, router: { rules: ${all}.map((provider) => ({ provider, steps: [{ type: 'ngrok' }] })) } }\n`,
  })
  const several = names.map((name) => `several#${name}`)
  const keys = ['__proto__', 'constructor', 'hasOwnProperty/valueOf', 'router', ...several, 'toString'].toSorted()
  expect(Object.keys(it.names()).toSorted()).toEqual(keys)
  const { entries } = JSON.parse(readFileSync(join(it.around, 'aigw-sync.lock.json'), 'utf8')) as { entries: object }
  expect(Object.keys(entries).toSorted()).toEqual(keys)
  expect(it.emulator.state.configurations.find(({ name }) => name === 'toString')?.metadata).toContain(
    '"__proto__":{"polluted":true}',
  )
  expect(keysOf(await say(it, 'status', '--json'))).toEqual(keys)
  const again = await it.restart(() => undefined)
  expect(again.creates()).toBe(keys.length)
  expect(again.daemon.told('plan.computed')[0]?.['changes']).toEqual({ noop: keys.length })
})

function keysOf(document: string): readonly string[] {
  const { entries } = JSON.parse(document) as { entries: readonly { key: string }[] }
  return entries.map(({ key }) => key).toSorted()
}

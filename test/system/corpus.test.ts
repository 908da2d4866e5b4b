import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { moduleNamed } from '../support/config-folder.ts'
import { makeTricks } from '../support/corpus-made.ts'
import { expectedOf, HOSTILE, type Trick, tricks } from '../support/corpus.ts'
import { type Line, startProcess } from '../support/process.ts'
import { setStage, type Stage } from '../support/stage.ts'

test('a folder of hostile modules harms nothing but itself', { timeout: 240_000 }, async () => {
  const first = await setStage(({ around, put }) => {
    setPatience(around, '5m')
    put('before.ts', moduleNamed('before'))
  })
  const all = fill(first)
  await untilToldOf(
    first.daemon.lines,
    all.filter((trick) => !isEndless(trick)),
  )
  first.put('later.ts', moduleNamed('later'))
  await first.line('config.created', 'later')
  expect(first.daemon.told('source.invalid').filter(({ problem }) => problem === 'timeout')).toEqual([]) // none is given up yet
  expectUnharmed(first, all)

  const second = await first.restart(() => setPatience(first.around, '3s'))
  second.put('before.ts', moduleNamed('after'))
  await second.line('config.updated', 'before')
  await untilToldOf(second.daemon.lines, all.filter(isEndless))
  expectUnharmed(second, all)
  expectPlainLines(await say(second, 'status', '--json'), true)
  expect(await second.daemon.kill('SIGTERM')).toBe(0)
})

function setPatience(around: string, evaluationTimeout: string): void {
  writeFileSync(join(around, '.aigw-syncrc.json'), JSON.stringify({ evaluationTimeout, evaluationMemory: 64 }))
}

function isEndless({ expected }: Trick): boolean {
  return expected.outcomes.includes('timeout')
}

/** In a single step. @returns every trick there is, and good entries among them */
function fill({ around, at }: Stage): readonly Trick[] {
  const aside = mkdtempSync(join(around, 'aside-'))
  cpSync(HOSTILE, aside, { recursive: true })
  const made = makeTricks(aside)
  const good = ['aa-good.ts', 'zz-good.ts'].map((file) => ({ file, expected: expectedOf('created') }))
  for (const { file } of good) writeFileSync(join(aside, file), moduleNamed('good'))
  execFileSync('mv', [aside, at('hostile')])
  return [...tricks(), ...made, ...good]
}

/** Waits until something was told of each; fails with what is missing or wrong. */
async function untilToldOf(lines: readonly Line[], expected: readonly Trick[]): Promise<void> {
  const isTold = (trick: Trick): boolean => {
    const line = outcomeOf(lines, trick)
    if (line === undefined || mistakeOf(trick, line) === undefined) return line !== undefined
    return line.event !== 'config.created' || !trick.expected.outcomes.includes('created') // of several another may come first
  }
  await vi.waitUntil(() => expected.every(isTold), { timeout: 110_000, interval: 50 }).catch(() => undefined) // what is missing says more
  const wrong = expected.flatMap((trick) => mistakeOf(trick, outcomeOf(lines, trick)) ?? [])
  expect(wrong.join('\n')).toBe('')
}

/** On the gateway is what should be there and nothing else, each as it was declared; nothing was written, and the daemon said one thing a line. */
function expectUnharmed({ names, daemon }: Stage, all: readonly Trick[]): void {
  const created = new Set(Object.keys(names()).map((key) => key.replace(/^hostile\//, '').replace(/#.*/, '')))
  const tricksCreated = all.filter(({ file }) => created.delete(keyOf(file)))
  expect(tricksCreated.filter(({ expected }) => !expected.outcomes.includes('created'))).toEqual([])
  expect([...created].toSorted()).toEqual(['before', 'later'])
  expect(Object.values(names())).not.toContain('forged')
  expect(existsSync(join(tmpdir(), 'aigw-sync-hostile'))).toBe(false)
  expect(daemon.told('source.degraded')).toEqual([])
  expect(daemon.stderr()).toBe('')
  expectPlainLines(daemon.stdout())
}

/** The line that says of it what is expected, else the first that says what became of it. */
function outcomeOf(lines: readonly Line[], trick: Trick): Line | undefined {
  const { file } = trick
  const key = `hostile/${keyOf(file)}`
  const isOfKey = (line: Line): boolean => String(line['key']).replace(/#.*/, '') === key
  const told = lines.filter(
    (line) =>
      (line.event === 'source.invalid' && line['file'] === `hostile/${file}`) ||
      (line.event === 'config.created' && isOfKey(line)),
  )
  return told.find((line) => mistakeOf(trick, line) === undefined) ?? told[0]
}

function keyOf(file: string): string {
  return file.replace(/\.\w+$/, '')
}

/** @returns what is wrong with what became of it */
function mistakeOf({ file, expected: { outcomes, part } }: Trick, line: Line | undefined): string | undefined {
  if (line === undefined) return `${file}: expected ${outcomes.join(' or ')}, came nothing`
  const outcome = line.event === 'config.created' ? 'created' : String(line['problem'])
  const said = [line['error'], line['path'], line['key'], line['name']].join(' ')
  const isAsSaid = said.includes(part) || (outcome === 'created' && outcomes.length > 1) // what is said is said of the other outcome
  if (outcomes.includes(outcome) && isAsSaid) return undefined
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

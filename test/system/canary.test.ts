import { describe, expect, test } from 'vitest'
import { call } from '../emulator/client.ts'
import { personAt } from '../support/person.ts'
import type { RunningProcess } from '../support/process.ts'
import { DUMPS, IMPORTS_EVERYTHING, THROWS } from '../support/curious.ts'
import { canary, leaksIn, leaksInBytes } from '../support/canaries.ts'
import { lureAway } from '../support/hostile.ts'
import { addKeyByHand, oneKey, rotateByHand, withKey, withoutKey } from '../support/own-key.ts'
import { openWitness, type Witness } from '../support/witness.ts'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'

/** Everything that can be written is. */
const LOUD = ['--log-level', 'trace']

/** One entry for each way to give a value. */
async function fourWays(witness: Witness) {
  const { hide, keep, put, expose, env } = witness
  const values = { env: hide('env'), file: hide('file'), credential: hide('credential'), plain: hide('plain') }
  env['CANARY'] = values.env.value
  const file = await keep('file', `${values.file.value}\n`)
  await keep('credential', values.credential.value)
  const text = JSON.stringify(withKey('of-env')).replace('{"name":"of-env"}', '{name:"of-env",value:secret.env("CANARY")}')
  await put('of-env.ts', `import { defineConfig, secret } from 'aigw-sync'\nexport default defineConfig(${text})\n`)
  await put('of-file.json', withKey('of-file', { $file: file }))
  const steps = `[{ type: user, keys: [{ name: of-credential, value: { $credential: credential } }] }]`
  await put('of-credential.yaml', `name: of-credential\naccess: {}\nrouter: { rules: [{ provider: openai, steps: ${steps} }] }\n`)
  await expose('of-plain.json', withKey('of-plain', values.plain.value), values.plain)
  return values
}

/** Entries that cannot be applied, each for another reason. */
async function unhappy({ hide, keep, put, emulator }: Witness): Promise<readonly string[]> {
  const of = (name: string, value?: unknown) => put(`${name}.json`, withKey(name, value))
  const half = Buffer.concat([Buffer.from(hide('no UTF-8').value), Buffer.from([0xff, 0xfe])])
  await of('unset', { $env: 'CANARY_UNSET' })
  await of('no-file', { $file: './_no-such-file' })
  await of('empty', { $file: await keep('empty', '\n') })
  await of('binary', { $file: await keep('binary', half) })
  await of('large', { $file: await keep('large', hide('too large').value.repeat(2000)) })
  await of('nobody')
  for (const value of [hide('one of two'), hide('two of two')]) await addKeyByHand(emulator, 'twice', value.value)
  await of('twice')
  await addKeyByHand(emulator, 'taken', hide("somebody's").value)
  await of('taken', { $env: 'CANARY' })
  await put('contradiction-a.json', withKey('contradiction', { $env: 'CANARY' }))
  await put('contradiction-b.json', withKey('contradiction', { $credential: 'credential' }))
  const sides = ['contradiction-a', 'contradiction-b']
  return ['unset', 'no-file', 'empty', 'binary', 'large', 'nobody', 'twice', 'taken', ...sides]
}

const TROUBLE: ReadonlySet<string> = new Set(['config.failed', 'config.conflict'])

/** Waits until each of these was told to be in trouble. */
async function troubled(daemon: RunningProcess, keys: readonly string[]): Promise<void> {
  await Promise.all(keys.map((key) => daemon.until((line) => line['key'] === key && TROUBLE.has(line.event))))
}

function rotated(daemon: RunningProcess, name: string) {
  return daemon.until((line) => line.event === 'provider-key.rotated' && line['name'] === name)
}

/** What anybody may ask while a daemon runs, or none does. */
async function ask({ start }: Witness, commands: readonly string[], ...flags: readonly string[]): Promise<void> {
  await Promise.all(commands.map((line) => start(...(line.split(' ') as [string]), ...flags).ended))
}

const ALL = ['plan', 'plan --json', 'status', 'status --json', 'status --all', 'validate', 'validate --json', 'apply --dry-run']

async function configure(emulator: Witness['emulator'], body: object): Promise<string> {
  const made = await call(emulator, 'POST', '/access-key-configurations', body)
  return (made.body as { readonly id: string }).id
}

const NAMES = ['env', 'file', 'credential', 'plain'] as const

test('values and the token are seen by nobody but the gateway, from the first create to the last delete', async () => {
  const witness = await openWitness()
  const { emulator, put, hide, keep, question, start, folder, leaks, env } = witness
  const values = await fourWays(witness)
  const failing = await unhappy(witness)
  lureAway(emulator, witness.hostile.url)
  await put('dumps.ts', DUMPS)
  await put('everything.ts', IMPORTS_EVERYTHING)
  await put('throws.ts', THROWS)
  const flags = ['--policy', 'sync', '--delete-grace', '0ms', '--delete-max-percent', '100', '--plain-secrets']
  const daemon = start('run', ...flags, ...LOUD, '--drift', 'correct-all')
  for (const key of [...NAMES.map((name) => `of-${name}`), 'dumps', 'everything'])
    await daemon.until((line) => line.event === 'config.created' && line['key'] === key)
  await daemon.until('source.invalid')
  await troubled(daemon, failing)
  for (const name of NAMES) expect(oneKey(emulator, `of-${name}`).value).toBe(values[name].value)
  await question(daemon)

  const [second, third, plain] = [hide('second in the file'), hide('second credential'), hide('second plain')]
  await keep('file', second.value)
  await rotated(daemon, 'of-file')
  await keep('credential', third.value)
  daemon.child.kill('SIGHUP')
  await rotated(daemon, 'of-credential')
  await witness.expose('of-plain.json', withKey('of-plain', plain.value), plain)
  await rotated(daemon, 'of-plain')
  expect(['of-file', 'of-credential', 'of-plain'].map((name) => oneKey(emulator, name).value)).toEqual(
    [second, third, plain].map(({ value }) => value),
  )

  const { id } = oneKey(emulator, 'of-env')
  await rotateByHand(emulator, id, 'of-env', hide('by hand').value)
  daemon.child.kill('SIGHUP')
  await daemon.until('provider-key.drifted')
  await rotated(daemon, 'of-env')
  expect(oneKey(emulator, 'of-env')).toMatchObject({ id, value: values.env.value })
  await ask(witness, ALL, ...flags)
  await question(daemon)

  await rm(join(folder, 'configs/throws.ts'))
  for (const key of ['contradiction-a', 'contradiction-b']) await rm(join(folder, `configs/${key}.json`))
  await put('of-file.json', withoutKey('of-file'))
  await rm(join(folder, 'configs/of-credential.yaml'))
  for (const name of ['of-file', 'of-credential'])
    await daemon.until((line) => line.event === 'provider-key.deleted' && line['name'] === name)
  await question(daemon)
  expect(await daemon.kill('SIGTERM')).toBe(0)

  await ask(witness, ['status --json --all'], ...flags)
  env['CANARY'] = hide('second of the environment').value
  expect(await start('apply', ...flags, ...LOUD, '--log-format', 'pretty').ended).toBe(1)
  expect(oneKey(emulator, 'of-env').value).toBe(env['CANARY'])
  expect(await leaks()).toEqual([])
})

test('what is written for people, what is imported and adopted, and what is refused, shows nothing either', async () => {
  const witness = await openWitness()
  const { emulator, hide, expose, start, leaks, folder } = witness
  await fourWays(witness)
  const [pasted, mistaken] = [hide('pasted as a value'), hide('pasted as an id')]
  await expose('pasted.ts', `export default ${JSON.stringify(withKey('pasted', pasted.value), undefined, 2)}\n`, pasted)
  const asId = JSON.stringify(withKey('mistaken')).replace('"name":"mistaken"}]', `"id":${JSON.stringify(mistaken.value)}}]`)
  await expose('mistaken.json', asId, mistaken)
  expect(await start('apply', ...LOUD, '--log-format', 'pretty').ended).toBe(1)
  await ask(witness, ['plan', 'plan --json', 'validate', 'validate --json'], ...LOUD)
  expect(await start('apply', '--plain-secrets', ...LOUD).ended).toBe(1)
  const person = personAt(emulator)
  const foreign = await addKeyByHand(emulator, 'foreign', hide('foreign').value)
  const rules = [{ provider: 'openai', steps: [{ type: 'user', keys: [{ id: foreign }] }] }]
  const run = (...args: readonly [string, ...string[]]) => start(...args).ended
  const made = await configure(emulator, { name: 'by hand', router: { rules } })
  expect(await run('adopt', 'taken-over', made, ...LOUD)).toBe(0)
  await rm(join(folder, 'configs/mistaken.json'))
  const other = await configure(emulator, { name: 'another', router: { rules } })
  expect(await run('import', other, '--json', '--plain-secrets', ...LOUD)).toBe(0)
  await rm(join(folder, 'aigw-sync.lock.json'))
  const planned = hide('to be rotated')
  witness.env['CANARY'] = planned.value
  await ask(witness, ['plan', 'plan --json', 'status --all'], '--plain-secrets', ...LOUD)
  expect(await run('apply', '--plain-secrets', ...LOUD)).toBe(0)
  expect(person.of('of-env')).toHaveLength(1)
  expect(oneKey(emulator, 'of-env').value).toBe(planned.value)
  expect(await leaks()).toEqual([])
})

describe('the search itself', () => {
  const each = canary('it')
  const { value } = each
  const middle = value.slice(13, 27)

  test.each<[string, string]>([
    ['a value', value],
    ['twelve characters of its middle', value.slice(15, 27)],
    ['its display form', `${value.slice(0, 10)}***${value.slice(-4)}`],
    ['a value in JSON', JSON.stringify({ value })],
    ['a value in JSON that is text in JSON', JSON.stringify({ body: JSON.stringify({ value }) })],
    ['a value in a URL', `https://host/?q=${encodeURIComponent(value)}`],
    ['a value in base64', Buffer.from(`{"value":"${value}"}`).toString('base64')],
    ['a value in base64url, a byte further', Buffer.from(`x${middle}${value}`).toString('base64url')],
    ['a value in hexadecimal', Buffer.from(value).toString('hex')],
  ])('finds %s', (_what, text) => {
    expect(leaksIn('here', `before ${text} after`, [canary('another'), each])).toHaveLength(1)
  })

  test('finds a value in memory, as bytes and as UTF-16, and nothing where there is none', () => {
    for (const encoding of ['utf8', 'utf16le', 'base64'] as const)
      expect(leaksInBytes('here', Buffer.concat([Buffer.alloc(9), bytesOf(value, encoding)]), [each])).toHaveLength(1)
    expect(leaksInBytes('here', Buffer.from(canary('another').value), [each])).toEqual([])
    expect(leaksIn('here', canary('another').value, [each])).toEqual([])
  })
})

function bytesOf(value: string, encoding: 'utf8' | 'utf16le' | 'base64'): Buffer {
  return encoding === 'base64' ? Buffer.from(Buffer.from(value).toString('base64')) : Buffer.from(value, encoding)
}

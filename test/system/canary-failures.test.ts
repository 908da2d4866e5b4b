import { expect, test } from 'vitest'
import type { EmulatedRequest } from '../../src/emulator/emulator.ts'
import { type Failure, GENERAL_FAILURES, singleFailures } from '../support/failures.ts'
import { withKey } from '../support/own-key.ts'
import type { RunningProcess } from '../support/process.ts'
import { openWitness, type Witness } from '../support/witness.ts'

const LOUD = ['--log-level', 'trace']

/** Lets the first create and the first rotation of each provider key fail in the way that it is called. @returns what befell */
function failOnce({ emulator }: Witness, failures: Readonly<Record<string, Failure>>): ReadonlySet<string> {
  const befallen = new Set<string>()
  const asked = new Map<EmulatedRequest, Failure>()
  emulator.intercept({
    before(request) {
      const { name = '', value } = (request.body ?? {}) as { readonly name?: string; readonly value?: string }
      const once = `${request.path.endsWith('/rotate') ? 'rotate' : 'create'} ${name}`
      const failure = failures[name]
      if (request.method !== 'POST' || value === undefined || !failure || befallen.has(once)) return 'continue'
      befallen.add(once)
      asked.set(request, failure)
      return failure.before?.(request) ?? 'continue'
    },
    after: (request) => asked.get(request)?.after?.() ?? 'continue',
  })
  return befallen
}

const ENDS: Readonly<Record<string, 'key' | 'name'>> = {
  'config.failed': 'key',
  'provider-key.created': 'name',
  'provider-key.rotated': 'name',
  'provider-key.failed': 'name',
}

/** Waits until something has come of each of these since a line of the log. */
async function ended(daemon: RunningProcess, names: readonly string[], since: number): Promise<void> {
  const isEnd = (name: string) => (line: RunningProcess['lines'][number]) =>
    daemon.lines.indexOf(line) >= since && name === line[ENDS[line.event] ?? '']
  await Promise.all(names.map((name) => daemon.until(isEnd(name))))
}

function placesOf(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => [`create ${name}`, `rotate ${name}`]).toSorted()
}

test('whatever befalls the request that carries a value, neither the value nor the token is told', async () => {
  const witness = await openWitness()
  const { emulator, hostile, hide, keep, put, question, start, leaks } = witness
  const failures = singleFailures(emulator, hostile)
  const names = Object.keys(failures)
  const befallen = failOnce(witness, failures)
  const file = await keep('file', hide('the first').value)
  await Promise.all(names.map((name) => put(`${name}.json`, withKey(name, { $file: file }))))
  const daemon = start('run', ...LOUD, '--request-timeout', '2s')
  await ended(daemon, names, 0)
  for (const which of ['second', 'third', 'fourth']) {
    const since = daemon.lines.length
    const { value } = hide(`the ${which}`)
    await keep('file', value)
    await ended(daemon, names, since)
  }
  await question(daemon)
  expect([...befallen].toSorted()).toEqual(placesOf(names))
  expect(await daemon.kill('SIGTERM')).toBe(0)
  expect(daemon.told('provider-key.retrying').length).toBeGreaterThan(0)
  expect(await leaks()).toEqual([])
})

test('a token or a request that is refused, and a pause that is asked for, tell neither, whoever the log is for', async () => {
  const witness = await openWitness()
  const { hide, keep, put, start, leaks } = witness
  const names = Object.keys(GENERAL_FAILURES)
  const befallen = failOnce(witness, GENERAL_FAILURES)
  const apply = (format: string) => start('apply', ...LOUD, '--log-format', format, '--retries', '1').ended
  for (const [index, name] of names.entries()) {
    const [one = '', other = ''] = index % 2 === 0 ? ['json', 'pretty'] : ['pretty', 'json']
    await put(`${name}.json`, withKey(name, { $file: await keep(name, hide(`first of ${name}`).value) }))
    await apply(one)
    await apply(one)
    await keep(name, hide(`second of ${name}`).value)
    await apply(other)
  }
  expect([...befallen].toSorted()).toEqual(placesOf(names))
  expect(await leaks()).toEqual([])
})

test('a gateway that goes away while values wait for it is told of without them', async () => {
  const witness = await openWitness()
  const { emulator, hide, keep, put, start, leaks, question } = witness
  await put('web.json', withKey('web', { $file: await keep('web', hide('before').value) }))
  expect(await start('apply').ended).toBe(0)
  const daemon = start('run', ...LOUD)
  await daemon.until('daemon.ready')
  await emulator.close()
  await keep('web', hide('after').value)
  await put('new.json', withKey('new', { $file: await keep('new', hide('new').value) }))
  await daemon.until('gateway.unreachable')
  await question(daemon)
  expect(await daemon.kill('SIGTERM')).toBe(0)
  expect(await leaks()).toEqual([])
})

import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { oneKey, withKey } from '../support/own-key.ts'
import type { RunningProcess } from '../support/process.ts'
import { openWitness, type Witness } from '../support/witness.ts'

const LOUD = ['--log-level', 'trace']

const FAULTY = { NODE_OPTIONS: `--require ${fileURLToPath(new URL('../support/faulty-process.cjs', import.meta.url))}` }

/** Holds the next request that carries a value. */
function holdNext({ emulator }: Witness): { readonly arrived: Promise<void>; readonly release: () => void } {
  const { promise: arrived, resolve: tell } = Promise.withResolvers<void>()
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const stop = emulator.intercept({
    before: async ({ method, body }): Promise<'continue'> => {
      if (method !== 'POST' || !Object.hasOwn(body ?? {}, 'value')) return 'continue'
      stop()
      tell()
      await released
      return 'continue'
    },
  })
  return { arrived, release }
}

/** Starts a daemon, and ends it with a new value on its way. */
async function endMidway(
  witness: Witness,
  { format, end }: { readonly format: string; readonly end: (daemon: RunningProcess, release: () => void) => Promise<unknown> },
): Promise<void> {
  const held = holdNext(witness)
  const daemon = witness.start('run', ...LOUD, '--log-format', format)
  await held.arrived
  await witness.question(daemon)
  await end(daemon, held.release)
  held.release()
}

interface End {
  readonly title: string
  readonly end: (daemon: RunningProcess, release: () => void) => Promise<unknown>
}

const ENDS: readonly End[] = [
  { title: 'kill -9', end: async (daemon) => expect(await daemon.kill('SIGKILL')).toBe('SIGKILL') },
  { title: 'an abort', end: async (daemon) => expect(await daemon.kill('SIGABRT')).toBe('SIGABRT') },
  {
    title: 'SIGTERM',
    end: async (daemon, release) => {
      daemon.child.kill('SIGTERM')
      release()
      expect(await daemon.ended).toBe(0)
      expect(daemon.stdout()).toContain('stopped')
    },
  },
  {
    title: 'a reader of its output that goes away',
    end: async (daemon, release) => {
      daemon.child.stdout?.destroy()
      daemon.child.stderr?.destroy()
      release()
      daemon.child.kill('SIGHUP')
      expect(await daemon.kill('SIGTERM')).toBe(0)
    },
  },
]

test.each(ENDS)('with a value on its way, $title leaves nothing behind', async ({ end }) => {
  const witness = await openWitness()
  const { hide, keep, put, emulator, start, leaks } = witness
  for (const format of ['json', 'pretty']) {
    const value = hide(`the value in ${format}`)
    await put('web.json', withKey('web', { $file: await keep('web', value.value) }))
    await endMidway(witness, { format, end })
    expect(await start('apply', ...LOUD).ended).toBe(0)
    expect(oneKey(emulator, 'web').value).toBe(value.value)
  }
  expect(await leaks()).toEqual([])
})

test('a library that throws with the request in its hands gives nothing of it away', async () => {
  const witness = await openWitness()
  const { hide, keep, put, emulator, start, leaks, env, question } = witness
  Object.assign(env, FAULTY, { CANARY_THROWS: '3' })
  const [first, second] = [hide('first'), hide('second')]
  await put('web.json', withKey('web', { $file: await keep('web', first.value) }))
  const daemon = start('run', ...LOUD)
  await daemon.until('config.created')
  await keep('web', second.value)
  await daemon.until('provider-key.rotated')
  await question(daemon)
  expect(await daemon.kill('SIGTERM')).toBe(0)
  expect(oneKey(emulator, 'web').value).toBe(second.value)
  expect(daemon.told('provider-key.retrying').length + daemon.told('gateway.unreachable').length).toBeGreaterThan(0)
  expect(await leaks()).toEqual([])
})

test('one that does so where nobody catches it ends the daemon, which tells what kind it was and where', async () => {
  const witness = await openWitness()
  const { hide, keep, put, emulator, start, leaks, env } = witness
  const value = hide('thrown')
  await put('web.json', withKey('web', { $file: await keep('web', value.value) }))
  for (const format of ['json', 'pretty']) {
    Object.assign(env, FAULTY, { CANARY_THROWS_LATER: '1' })
    const daemon = start('run', ...LOUD, '--log-format', format)
    expect(await daemon.ended).toBe(1)
    expect(daemon.stderr()).toMatch(/broken, and ends: Error, [^]*\n {4}at /)
    await keep('web', hide(`thrown after ${format}`).value)
  }
  Object.assign(env, { CANARY_THROWS_LATER: '0' })
  expect(await start('apply', ...LOUD).ended).toBe(0)
  expect(emulator.state.providerKeys).toHaveLength(1)
  expect(await leaks()).toEqual([])
})

import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { describe, expect, test, vi } from 'vitest'
import { PATIENCE } from '../support/patience.ts'
import { descendants } from '../support/proc.ts'
import type { RunningProcess } from '../support/process.ts'
import { created, keysOn, openReloading } from '../support/reloading.ts'
import { named } from '../support/scene.ts'

describe('many reloads', () => {
  test('amid creations whose answers get lost make no duplicate and miss no file, whatever they change', async () => {
    const keys = Array.from({ length: 60 }, (_, n) => `e${String(n).padStart(2, '0')}`)
    const it = await openReloading({}, { latencyMs: 5, faults: { lost: 0.15, timeout: 0.1, reset: 0.1 }, seed: 6 })
    const daemon = await it.start()
    for (const [n, key] of keys.entries()) {
      await it.put(`${key}.json`, named(key))
      if (n % 4 === 0) await it.resettle(daemon, changed(n))
    }
    await daemon.until(() => keysOn(it).length >= keys.length)
    it.emulator.setFaults({})
    await it.resettle(daemon, { resyncInterval: '100ms' })
    await daemon.until((line) => line.event === 'plan.computed' && JSON.stringify(line['changes']) === '{"noop":60}')
    expect(keysOn(it)).toEqual(keys)
    expect(daemon.told('config.deleted')).toEqual([])
  })

  test('that come in a storm are as many as have an end, and the last word holds', async () => {
    const it = await openReloading()
    const daemon = await it.start()
    for (let n = 1; n <= 200; n++) {
      await it.write({ settle: `${n}ms`, policy: n % 2 === 0 ? 'sync' : 'create-only' })
      daemon.child.kill('SIGHUP')
    }
    await it.write({ settle: '0ms', policy: 'sync', drift: 'report' })
    daemon.child.kill('SIGHUP')
    await daemon.until(({ event, settings }) => event === 'daemon.reloaded' && String(settings).includes('drift'))
    await it.put('a.json', named('A'))
    await created(daemon, 'a')
    expect(await it.reload(daemon)).toMatchObject({ settings: [] })
    await daemon.until(() => daemon.told('daemon.reloading').length === daemon.told('daemon.reloaded').length)
    expect(daemon.told('settings.refused').length).toBeLessThan(200) // a file that is being written may be read half
    expect(await daemon.kill('SIGTERM')).toBe(0)
    expect(it.posts).toEqual(['a'])
  })

  test('keep no process and no watch of the sources before', async () => {
    const it = await openReloading()
    const daemon = await it.start()
    await it.put('a.ts', "export default { name: 'A' }\n")
    await created(daemon, 'a')
    const holdsOne = () => vi.waitFor(async () => expect(await heldBy(daemon)).toEqual({ evaluators: 1, watches: 1 }), PATIENCE)
    await holdsOne()
    for (let n = 1; n <= 5; n++) await it.resettle(daemon, { settle: `${n}ms` })
    await holdsOne()
  })
})

test('a stop amid a reload does not wait for settings that take long, and is the last that is told', async () => {
  const it = await openReloading()
  await it.write('export default {}\n', 'aigw-sync.config.mjs')
  const daemon = await it.start('--rate-limit', 'off')
  await it.write(
    'await new Promise((resolve) => setTimeout(resolve, 4_000))\nexport default { owner: "b" }\n',
    'aigw-sync.config.mjs',
  )
  daemon.child.kill('SIGHUP')
  await daemon.until('daemon.reloading')
  expect(await daemon.kill('SIGTERM')).toBe(0)
  expect(daemon.events().at(-1)).toBe('daemon.stopped')
  expect(daemon.told('daemon.reloaded')).toEqual([])
})

/** Its evaluators, and how many places of its folder it watches. */
async function heldBy({ child: { pid = 0 } }: RunningProcess): Promise<{ evaluators: number; watches: number }> {
  const infos = (await readdir(`/proc/${pid}/fdinfo`)).map((fd) => readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))
  const watches = infos.join('').match(/^inotify /gm)?.length ?? 0
  return { evaluators: (await descendants(pid)).length, watches }
}

/** Now the source is another, now the rules, now how requests leave. */
function changed(n: number): object {
  return { settle: `${n % 3}ms`, concurrency: 1 + (n % 7), policy: n % 8 === 0 ? 'sync' : 'upsert-only', deleteGrace: '0ms' }
}

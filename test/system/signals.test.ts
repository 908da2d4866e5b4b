import { describe, expect, test } from 'vitest'
import type { EmulatedRequest } from '../../src/emulator/emulator.ts'
import { keyOf, named, openScene, type Scene } from '../support/scene.ts'

/** Holds the answer to each POST of `key` until `release`. `carriedOut` resolves when the first was. */
function holdAnswer({ emulator }: Scene, key: string) {
  const { promise: carriedOut, resolve: tell } = Promise.withResolvers<EmulatedRequest>()
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  emulator.intercept({
    after: async (request): Promise<'continue'> => {
      if (request.method !== 'POST' || keyOf(request.body) !== key) return 'continue'
      tell(request)
      await released
      return 'continue'
    },
  })
  return { carriedOut, release }
}

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  test('ends an idle daemon, in order', async () => {
    const { put, settled } = await openScene()
    await put('web.json', named('Web'))
    const daemon = await settled()
    expect(await daemon.kill(signal)).toBe(0)
    expect(daemon.events().slice(-2)).toEqual(['daemon.stopping', 'daemon.stopped'])
    expect(daemon.told('daemon.stopping')).toMatchObject([{ signal, inFlight: 0 }])
  })

  test('lets what is in flight finish and be recorded, and takes nothing up any more', async () => {
    const scene = await openScene()
    await scene.put('web.json', named('Web'))
    const { carriedOut, release } = holdAnswer(scene, 'web')
    const daemon = scene.start('run')
    await carriedOut
    daemon.child.kill(signal)
    expect(await daemon.until('daemon.stopping')).toMatchObject({ signal, inFlight: 1 })
    await scene.put('late.json', named('Late'))
    release()
    expect(await daemon.ended).toBe(0)
    expect(scene.posts).toEqual(['web'])
    expect(daemon.events().slice(-3)).toEqual(['daemon.stopping', 'config.created', 'daemon.stopped'])
    expect((await scene.lockfile()).entries).toMatchObject({ web: { id: scene.emulator.state.configurations[0]?.id } })
    expect(daemon.told('daemon.stopped')).toMatchObject([{ unfinished: 0 }])
  })

  test('a second time ends it at once', async () => {
    const scene = await openScene()
    await scene.put('web.json', named('Web'))
    const { carriedOut } = holdAnswer(scene, 'web')
    const daemon = scene.start('run')
    await carriedOut
    daemon.child.kill(signal)
    await daemon.until('daemon.stopping')
    expect(await daemon.kill(signal)).toBe(signal === 'SIGTERM' ? 143 : 130)
    expect(daemon.told('daemon.stopped')).toEqual([])
    const next = scene.start('run')
    expect(await next.until('config.linked')).toMatchObject({ key: 'web' })
    expect(scene.posts).toEqual(['web'])
  })
})

test('entries that wait for their turn are not sent any more, and are created by the next start', async () => {
  const scene = await openScene()
  const keys = Array.from({ length: 12 }, (_, index) => `e${String(index).padStart(2, '0')}`)
  for (const key of keys) await scene.put(`${key}.json`, named(key))
  const { carriedOut, release } = holdAnswer(scene, 'e00')
  const daemon = scene.start('run', '--concurrency', '1')
  await carriedOut
  daemon.child.kill('SIGTERM')
  expect(await daemon.until('daemon.stopping')).toMatchObject({ inFlight: 1 })
  release()
  expect(await daemon.ended).toBe(0)
  expect(scene.posts).toEqual(['e00'])
  const next = await scene.settled()
  await next.kill('SIGTERM')
  expect(scene.posts.toSorted()).toEqual(keys)
})

test('a module that runs long does not keep the daemon from stopping, nor makes it ready meanwhile', async () => {
  const { put, start } = await openScene()
  await put('endless.ts', 'for (;;);\n')
  const daemon = start('run', '--evaluation-timeout', '5m')
  await daemon.until('daemon.started')
  expect(await daemon.kill('SIGTERM')).toBe(0)
  const events = daemon.events()
  expect(events.slice(events.indexOf('daemon.stopping'))).toEqual(['daemon.stopping', 'daemon.stopped'])
})

test('a request whose answer never comes is given up after ten seconds, and counted', async () => {
  const scene = await openScene()
  await scene.put('web.json', named('Web'))
  const { carriedOut } = holdAnswer(scene, 'web')
  const daemon = scene.start('run')
  await carriedOut
  expect(await daemon.kill('SIGTERM')).toBe(0)
  expect(daemon.told('daemon.stopped')).toMatchObject([{ unfinished: 1 }])
  expect(daemon.told('config.retrying')).toEqual([])
  const next = scene.start('run')
  await next.until('config.linked')
  expect(scene.posts).toEqual(['web'])
})

import { describe, expect, test, vi } from 'vitest'
import { BUSY, LOST } from '../support/fake-gateway.ts'
import { stand, web } from '../support/stand.ts'
import { entryOf } from '../support/states.ts'

describe('creating', () => {
  test('happens once for each entry, is recorded, and is told after that', async () => {
    const { gateway, store, start, told, reconciler } = stand([web, entryOf('batch')])
    await start()
    expect(gateway.asked).toEqual(['list', 'create batch', 'create web'])
    expect([...store.entries.keys()].toSorted()).toEqual(['batch', 'web'])
    expect(store.entries.get('web')).toMatchObject({ id: 'aigac_new2', source: 'web.ts', digest: web.digest, secrets: {} })
    expect(told('config.created')).toHaveLength(2)
    expect(reconciler.standing).toMatchObject({ created: 2, linked: 0, failed: 0, retrying: 0, conflicts: 0 })
  })

  test('waits for the first listing', () => {
    const { gateway, reconciler } = stand()
    reconciler.change(new Set(['web']))
    expect(gateway.asked).toEqual([])
  })

  test('does not list again for a fresh change', async () => {
    const { gateway, stage, reconciler, start, settle } = stand()
    await start()
    stage.entries = [web, entryOf('next')]
    reconciler.change(new Set(['next']))
    await settle()
    expect(gateway.asked).toEqual(['list', 'create web', 'create next'])
  })

  test('gives each attempt a nonce of its own, and records the one that counts', async () => {
    const { gateway, store, start } = stand()
    gateway.fates = [LOST]
    await start()
    const nonces = gateway.drafts.map(({ stamp }) => stamp.nonce)
    expect(new Set(nonces).size).toBe(2)
    expect(nonces.every((nonce) => /^[\w-]{22}$/.test(nonce))).toBe(true)
    expect(store.entries.get('web')?.nonce).toBe(nonces[1])
  })

  test('says when keys may reach everything', async () => {
    const { start, told } = stand([web, { ...entryOf('open'), configuration: { name: 'open' } }])
    await start()
    expect(told('config.unrestricted')).toEqual([{ event: 'config.unrestricted', key: 'open' }])
  })
})

describe('an unknown outcome', () => {
  test('is settled by a listing: what is there is not created again', async () => {
    const { gateway, store, start, told } = stand()
    gateway.fates = [{ doneBut: LOST }]
    await start()
    expect(gateway.asked).toEqual(['list', 'create web', 'list'])
    expect(gateway.stored).toHaveLength(1)
    expect(store.entries.get('web')?.digest).toBe(web.digest)
    expect(told('config.created')).toMatchObject([{ settled: true, attempt: 2 }])
  })

  test('is settled by a listing: what is not there is created then', async () => {
    const { gateway, start } = stand()
    gateway.fates = [LOST]
    await start()
    expect(gateway.asked).toEqual(['list', 'create web', 'list', 'create web'])
    expect(gateway.stored).toHaveLength(1)
  })

  test('stays open while the listing fails: nothing is sent before one succeeded', async () => {
    const { gateway, start, settle } = stand()
    gateway.fates = [{ doneBut: LOST }]
    gateway.listErrors = [undefined, BUSY, BUSY]
    await start()
    expect(gateway.asked).toEqual(['list', 'create web', 'list'])
    await vi.advanceTimersByTimeAsync(60_000)
    await settle()
    expect(gateway.asked).toEqual(['list', 'create web', 'list', 'list', 'list'])
    expect(gateway.stored).toHaveLength(1)
  })

  test('of many entries is settled by few listings', async () => {
    const entries = Array.from({ length: 200 }, (_, index) => entryOf(`e${index}`))
    const { gateway, start } = stand(entries)
    gateway.fates = entries.map(() => ({ doneBut: LOST }))
    await start()
    expect(gateway.stored).toHaveLength(200)
    expect(gateway.asked.filter((request) => request === 'list').length).toBeLessThan(20)
  })

  test('that repeats itself is given up for a while, and taken up again', async () => {
    const { gateway, start, told, settle } = stand()
    gateway.fates = [LOST, LOST, LOST, LOST]
    await start()
    expect(told('config.retrying')).toHaveLength(3)
    expect(told('config.failed')).toMatchObject([{ key: 'web', permanent: false, errorCode: 'ECONNRESET' }])
    await vi.advanceTimersByTimeAsync(10_000)
    await settle()
    expect(gateway.stored).toHaveLength(1)
    expect(told('config.recovered')).toMatchObject([{ key: 'web' }])
  })
})

import { describe, expect, test, vi } from 'vitest'
import { LOST, REFUSED } from '../support/fake-gateway.ts'
import { stand, web } from '../support/stand.ts'
import { entryOf, observedOf, recordedOf } from '../support/states.ts'

const edited = entryOf('web', { name: 'edited', description: 'new' })

/** A stand where `web` is applied as `aigac_1`, and declared as given. */
function applied(declared = edited, stored = observedOf('aigac_1', web)) {
  const stage = stand([declared], [stored])
  stage.store.entries.set('web', recordedOf(web, observedOf('aigac_1', web)))
  return stage
}

describe('an edited entry', () => {
  test('is looked at, and changed where it differs', async () => {
    const { gateway, store, start, told } = applied()
    await start()
    expect(gateway.asked).toEqual(['list', 'find aigac_1', 'update aigac_1 for web: name,description'])
    expect(gateway.stored).toMatchObject([{ id: 'aigac_1', name: 'edited', description: 'new' }])
    expect(store.entries.get('web')).toMatchObject({ id: 'aigac_1', digest: edited.digest, nonce: 'nonce-of-aigac_1' })
    expect(told('config.updated')).toMatchObject([{ key: 'web', id: 'aigac_1', fields: ['name', 'description'], attempt: 1 }])
  })

  test('that loses a field has it cleared, and keeps its stamp', async () => {
    const full = entryOf('web', { description: 'x', metadata: { team: 'a' } })
    const { gateway, store, start } = stand([web], [observedOf('aigac_1', full)])
    store.entries.set('web', recordedOf(full, observedOf('aigac_1', full)))
    await start()
    expect(gateway.stored[0]).not.toHaveProperty('description')
    expect(JSON.parse(gateway.stored[0]?.metadata ?? '')).toEqual({
      'aigw-sync': { owner: 'platform', key: 'web', nonce: 'nonce-of-aigac_1' },
    })
  })

  test('is changed once where the answer was lost after the change', async () => {
    const { gateway, start, told } = applied()
    gateway.fates = [{ doneBut: LOST }]
    await start()
    expect(gateway.asked.filter((request) => request.startsWith('update'))).toHaveLength(1)
    expect(told('config.updated')).toMatchObject([{ attempt: 2 }])
  })

  test('is changed again where the answer was lost before it', async () => {
    const { gateway, start } = applied()
    gateway.fates = [LOST]
    await start()
    expect(gateway.asked.filter((request) => request.startsWith('update'))).toHaveLength(2)
    expect(gateway.stored).toMatchObject([{ name: 'edited' }])
  })

  test('whose stamp was edited away gets it back with the change', async () => {
    const { gateway, start } = applied(edited, observedOf('aigac_1', web, null))
    await start()
    expect(gateway.stored[0]?.stamp).toEqual({ owner: 'platform', key: 'web', nonce: 'nonce-of-aigac_1' })
  })

  test('that another owner claimed since the listing is not touched', async () => {
    const { gateway, start, told } = applied()
    gateway.find = (id) => {
      gateway.stored[0] = observedOf('aigac_1', web, { owner: 'other' })
      return gateway.list().map((all) => all.find((each) => each.id === id))
    }
    await start()
    expect(gateway.asked.filter((request) => request.startsWith('update'))).toEqual([])
    expect(told('config.conflict')).toMatchObject([{ key: 'web', reason: 'claimed-by-other' }])
  })

  test('that is gone since the listing is created anew', async () => {
    const { gateway, start, told } = applied()
    gateway.find = ((find) => (id: string) => {
      gateway.stored.length = 0
      return find(id)
    })(gateway.find.bind(gateway))
    await start()
    expect(told('config.missing')).toHaveLength(1)
    expect(gateway.stored).toMatchObject([{ name: 'edited' }])
  })

  test('that is refused waits for the next edit', async () => {
    const { gateway, stage, reconciler, start, settle, told } = applied()
    gateway.fates = [REFUSED]
    await start()
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect(told('config.failed')).toMatchObject([{ permanent: true, status: 422 }])
    stage.entries = [entryOf('web', { name: 'mended' })]
    reconciler.change(new Set(['web']))
    await settle()
    expect(gateway.stored).toMatchObject([{ name: 'mended' }])
  })

  test('that loses its access is said to reach everything', async () => {
    const { access: _, ...open } = web.configuration
    const { start, told } = applied({ ...entryOf('web'), configuration: open, digest: 'sha256:open' })
    await start()
    expect(told('config.unrestricted')).toHaveLength(1)
  })
})

describe('a moved entry', () => {
  test('keeps its configuration under a new stamp and a new key of the lockfile', async () => {
    const { gateway, store, start, told } = applied({ ...entryOf('next', { name: 'web' }), source: 'next.ts' })
    await start()
    expect(gateway.asked).toEqual(['list', 'find aigac_1', 'update aigac_1 for next: metadata'])
    expect(gateway.stored[0]?.stamp).toMatchObject({ key: 'next', nonce: 'nonce-of-aigac_1' })
    expect(store.entries.get('next')).toMatchObject({ id: 'aigac_1', source: 'next.ts' })
    expect(told('config.moved')).toMatchObject([{ key: 'next', from: 'web', id: 'aigac_1', fields: [] }])
    expect(told('config.orphaned')).toEqual([])
  })

  test('that a lagging listing does not show is asked for, and moved', async () => {
    const { gateway, start, told } = applied(entryOf('next', { name: 'web' }))
    gateway.unlisted.push(...gateway.stored.splice(0))
    gateway.update = (
      (update) =>
      (...args: Parameters<typeof update>) => {
        gateway.stored.push(...gateway.unlisted.splice(0))
        return update(...args)
      }
    )(gateway.update.bind(gateway))
    await start()
    expect(gateway.asked).toEqual(['list', 'find aigac_1', 'find aigac_1', 'update aigac_1 for next: metadata'])
    expect(told('config.moved')).toHaveLength(1)
    expect(told('config.missing')).toEqual([])
  })

  test('is moved once where the answer was lost', async () => {
    const { gateway, start, told } = applied(entryOf('next', { name: 'web' }))
    gateway.fates = [{ doneBut: LOST }]
    await start()
    expect(gateway.stored).toHaveLength(1)
    expect(told('config.moved')).toHaveLength(1)
  })
})

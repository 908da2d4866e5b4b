import { describe, expect, test, vi } from 'vitest'
import { LOST, REFUSED } from '../../support/fake-gateway.ts'
import { managing, OTHER_VALUE, PROD_TEXT, VALUE } from '../../support/key-entries.ts'
import { byHand, keyScene, type KeyScene, recorded, unstamp, vanish } from './scene.ts'

const web = managing('web')
const batch = managing('batch')
const THIRD_VALUE = 'sk-third-third-third-third-CCCC'

/** `web` and `batch` share `prod`, which is made, applied and at rest. */
async function settled(options: Parameters<typeof keyScene>[1] = {}) {
  const it = keyScene([web, batch], options)
  await it.start()
  it.events.splice(0)
  it.gateway.asked.splice(0)
  return it
}

const valueOf = ({ gateway }: KeyScene) => gateway.keyValues.get('aigpk_new1')

/** Both entries say the same of the key, and it is the fingerprint of what the gateway has. */
function expectRecorded(it: KeyScene): void {
  const [stored] = it.gateway.storedKeys
  const records = Object.values(recorded(it)).flat()
  const fingerprint = it.secrets.look({ $env: 'PROD' })
  if (fingerprint.type === 'missing') throw new Error('Expected a value')
  const record = `${stored?.id}:${fingerprint.seal.fingerprint(stored?.stamp?.nonce ?? '')}`
  expect(records).toEqual([record, record])
}

describe('a secret with another value', () => {
  test('is given to its key once, under the same id, and every entry that declares it says so', async () => {
    const it = await settled()
    await it.give(OTHER_VALUE)
    expect(it.gateway.asked).toEqual(['find-key aigpk_new1', 'rotate-key aigpk_new1'])
    expect(valueOf(it)).toBe(OTHER_VALUE)
    expect(it.told('provider-key.rotated')).toMatchObject([{ id: 'aigpk_new1', name: 'prod', reason: 'edited', attempt: 1 }])
    expectRecorded(it)
  })

  test('is found by a resync as well', async () => {
    const it = await settled()
    it.secrets.values.set(PROD_TEXT, OTHER_VALUE)
    await it.resync()
    expect(it.asked('rotate-key')).toHaveLength(1)
    expectRecorded(it)
  })

  test('that came while nobody was running is given by the next process', async () => {
    const it = await settled()
    it.secrets.values.set(PROD_TEXT, OTHER_VALUE)
    await it.restart()
    expect(it.told('provider-key.rotated')).toMatchObject([{ reason: 'edited' }])
    expectRecorded(it)
    await it.restart()
    expect(it.asked('rotate-key')).toHaveLength(1)
  })

  test('that changes again while it is given ends with the last', async () => {
    const it = await settled()
    it.gateway.keyFates = [{ doneBut: LOST }]
    it.secrets.values.set(PROD_TEXT, OTHER_VALUE)
    it.reconciler.secretsChanged()
    await vi.advanceTimersByTimeAsync(0)
    expect(valueOf(it)).toBe(OTHER_VALUE)
    await it.give(THIRD_VALUE)
    expect(valueOf(it)).toBe(THIRD_VALUE)
    expectRecorded(it)
  })

  test.each(['the process goes on', 'another process goes on'])(
    'that is taken back while its outcome is unknown ends with the first, where %s',
    async (how) => {
      const it = await settled()
      it.gateway.keyFates = [{ doneBut: LOST }, LOST, LOST, LOST]
      await it.give(OTHER_VALUE)
      expect(valueOf(it)).toBe(OTHER_VALUE)
      it.secrets.values.set(PROD_TEXT, VALUE)
      if (how === 'another process goes on') await it.restart()
      else await it.give(VALUE)
      expect(valueOf(it)).toBe(VALUE)
      expect(it.told('provider-key.drifted')).toEqual([])
      expectRecorded(it)
    },
  )
})

describe('a rotation', () => {
  test('whose outcome is unknown is made again until it is known', async () => {
    const it = await settled()
    it.gateway.keyFates = [LOST, { doneBut: LOST }]
    await it.give(OTHER_VALUE)
    expect(it.asked('rotate-key')).toHaveLength(3)
    expect(it.told('provider-key.retrying')).toHaveLength(2)
    expect(it.told('provider-key.rotated')).toMatchObject([{ attempt: 3 }])
    expect(valueOf(it)).toBe(OTHER_VALUE)
    expectRecorded(it)
  })

  test('that keeps failing is told, waits, and is told to be well again', async () => {
    const it = await settled()
    it.gateway.keyFates = [LOST, LOST, LOST, LOST]
    await it.give(OTHER_VALUE)
    expect(it.told('provider-key.failed')).toMatchObject([{ id: 'aigpk_new1', permanent: false, errorCode: 'ECONNRESET' }])
    expect(it.reconciler.standing).toMatchObject({ retrying: 1, failed: 0 })
    await vi.advanceTimersByTimeAsync(10_000)
    await it.settle()
    expect(it.told('provider-key.recovered')).toMatchObject([{ id: 'aigpk_new1' }])
    expect(it.reconciler.standing).toMatchObject({ retrying: 0, failed: 0 })
    expectRecorded(it)
  })

  test('that is refused for good is told once, and tried again when the secret changes', async () => {
    const it = await settled()
    it.gateway.keyFates = [REFUSED]
    await it.give(OTHER_VALUE)
    await it.resync()
    await it.resync()
    expect(it.asked('rotate-key')).toHaveLength(1)
    expect(it.told('provider-key.failed')).toMatchObject([{ permanent: true, status: 422 }])
    expect(it.reconciler.standing).toMatchObject({ failed: 1 })
    await it.give(THIRD_VALUE)
    expect(valueOf(it)).toBe(THIRD_VALUE)
    expect(it.told('provider-key.recovered')).toHaveLength(1)
    expect(it.reconciler.standing).toMatchObject({ failed: 0 })
  })

  test('that is refused for good fails no more once nobody declares the key', async () => {
    const it = await settled()
    it.gateway.keyFates = [REFUSED]
    await it.give(OTHER_VALUE)
    it.declare([], 'web', 'batch')
    await it.settle()
    await it.resync()
    expect(it.reconciler.troubledKeys.size).toBe(0)
    it.gateway.stored.splice(0)
    it.gateway.storedKeys.splice(0)
    await it.resync()
    expect(it.reconciler.standing).toMatchObject({ failed: 0, retrying: 0 })
  })

  test('whose secret vanished meanwhile changes nothing, and fails', async () => {
    const it = await settled()
    const putBack = vanish(it)
    await it.give(OTHER_VALUE)
    expect(it.asked('rotate-key')).toEqual([])
    expect(it.told('provider-key.failed')).toMatchObject([{ permanent: true }])
    expect(JSON.stringify(it.events)).not.toContain(OTHER_VALUE)
    putBack()
    await it.give(OTHER_VALUE)
    expect(valueOf(it)).toBe(OTHER_VALUE)
    expect(it.reconciler.standing).toMatchObject({ failed: 0, retrying: 0 })
  })

  test('that cannot be written down is not made again, and fails until it is', async () => {
    const it = await settled()
    it.store.full = true
    await it.give(OTHER_VALUE)
    expect(it.told('provider-key.rotated')).toHaveLength(1)
    expect(it.told('provider-key.failed')).toMatchObject([{ permanent: false, errorCode: 'ENOSPC' }])
    it.store.full = false
    await vi.advanceTimersByTimeAsync(10_000)
    await it.resync()
    expect(it.asked('rotate-key')).toHaveLength(1)
    expectRecorded(it)
    expect(it.reconciler.standing).toMatchObject({ failed: 0, retrying: 0 })
  })

  test('under create-only is left, and so is the value', async () => {
    const it = await settled({ policy: 'create-only' })
    await it.give(OTHER_VALUE)
    for (let round = 0; round < 3; round++) await it.resync()
    expect(it.asked('rotate-key')).toEqual([])
    expect(valueOf(it)).toBe(VALUE)
  })

  test('leaves the key alone where it is not ours any more by then', async () => {
    const it = await settled()
    byHand(it, { stamp: { owner: 'others', key: 'prod', nonce: 'theirs' } })
    await it.give(OTHER_VALUE)
    expect(it.asked('rotate-key')).toEqual([])
    expect(valueOf(it)).toBe(VALUE)
  })
})

describe('a value that somebody swapped', () => {
  test('is told once and stays, until the secret changes', async () => {
    const it = await settled()
    byHand(it, { value: THIRD_VALUE })
    for (let round = 0; round < 10; round++) await it.resync()
    expect(it.told('provider-key.drifted')).toMatchObject([
      { id: 'aigpk_new1', fields: ['value'], action: 'hold', lastUpdatedBy: 'usr_person' },
    ])
    expect(it.asked('rotate-key')).toEqual([])
    await it.give(OTHER_VALUE)
    expect(valueOf(it)).toBe(OTHER_VALUE)
    expectRecorded(it)
  })

  test('is only told under drift: report', async () => {
    const it = await settled({ drift: 'report' })
    byHand(it, { value: THIRD_VALUE })
    await it.resync()
    expect(it.told('provider-key.drifted')).toMatchObject([{ action: 'report' }])
    expect(valueOf(it)).toBe(THIRD_VALUE)
  })

  test('is given back under drift: correct-all', async () => {
    const it = await settled({ drift: 'correct-all' })
    byHand(it, { value: THIRD_VALUE })
    await it.resync()
    expect(it.told('provider-key.drifted')).toMatchObject([{ action: 'correct' }])
    expect(it.told('provider-key.rotated')).toMatchObject([{ reason: 'drift' }])
    expect(valueOf(it)).toBe(VALUE)
  })

  test('stays although the lockfile is lost, and the next change of the secret counts', async () => {
    const it = await settled()
    byHand(it, { value: THIRD_VALUE })
    it.store.entries.clear()
    await it.restart()
    await it.resync()
    expect(valueOf(it)).toBe(THIRD_VALUE)
    expect(it.told('provider-key.drifted')).toMatchObject([{ action: 'hold' }])
    it.secrets.values.set(PROD_TEXT, OTHER_VALUE)
    await it.restart()
    expect(valueOf(it)).toBe(OTHER_VALUE)
  })

  test.each(['its stamp is taken away', 'its nonce is another'])('stays as well where %s', async (how) => {
    const it = await settled()
    byHand(it, { value: THIRD_VALUE })
    if (how === 'its nonce is another') byHand(it, { stamp: { owner: 'platform', key: 'prod', nonce: 'by hand' } })
    else unstamp(it)
    await it.resync()
    await it.restart()
    expect(it.gateway.storedKeys[0]?.stamp).toMatchObject({ owner: 'platform', key: 'prod' })
    expect(valueOf(it)).toBe(THIRD_VALUE)
    await it.give(OTHER_VALUE)
    expect(valueOf(it)).toBe(OTHER_VALUE)
    expectRecorded(it)
  })
})

describe('what somebody edited beside the value', () => {
  test('a stamp is restored, with a nonce of its own, and the value stays what it is', async () => {
    const it = await settled()
    const [key] = it.gateway.storedKeys
    unstamp(it)
    await it.resync()
    expect(it.asked('update-key')).toHaveLength(1)
    expect(it.asked('rotate-key')).toEqual([])
    const nonce = it.gateway.storedKeys[0]?.stamp?.nonce
    expect(nonce).toMatch(/^[\w-]{22}$/)
    expect(nonce).not.toBe(key?.stamp?.nonce)
    expect(it.told('provider-key.drifted')).toMatchObject([{ fields: ['metadata'], action: 'correct' }])
    expect(it.told('provider-key.updated')).toMatchObject([{ fields: ['metadata'] }])
    await it.resync()
    expectRecorded(it)
  })

  test('a name is corrected, and told once although the answer is lost', async () => {
    const it = await settled()
    byHand(it, { name: 'by hand' })
    it.gateway.keyFates = [{ doneBut: LOST }]
    await it.resync()
    expect(it.gateway.storedKeys).toMatchObject([{ name: 'prod' }])
    expect(it.told('provider-key.drifted')).toMatchObject([{ fields: ['name'], action: 'correct' }])
    expect(it.told('provider-key.updated')).toMatchObject([{ fields: ['name'], attempt: 1 }])
    await it.resync()
    expect(it.asked('update-key')).toHaveLength(1)
  })

  test('is only told under drift: report', async () => {
    const it = await settled({ drift: 'report' })
    byHand(it, { name: 'by hand' })
    for (let round = 0; round < 3; round++) await it.resync()
    expect(it.gateway.storedKeys).toMatchObject([{ name: 'by hand' }])
    expect(it.told('provider-key.drifted')).toMatchObject([{ fields: ['name'], action: 'report' }])
  })
})

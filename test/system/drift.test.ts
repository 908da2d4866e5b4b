import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { personAt } from '../support/person.ts'
import { named, openScene, resyncs } from '../support/scene.ts'

/** A resync comes as soon as the last is over, or so. */
const OFTEN = ['--resync-interval', '100ms']

const NARROW = { models: { allow: [] } }
const WIDE = { models: { allow: ['openai/gpt-4o', 'openai/gpt-5'] } }

/** A daemon that has created `web`, and somebody at the gateway. */
async function scene(...flags: readonly string[]) {
  const opened = await openScene()
  await opened.put('web.json', named('Web'))
  const daemon = await opened.settled(...OFTEN, ...flags)
  const person = personAt(opened.emulator)
  return { ...opened, daemon, person, web: person.one('web') }
}

describe('what somebody changes on the gateway', () => {
  test('and lets keys reach more is told, with who and when, and corrected by the next resync', async () => {
    const { daemon, person, web } = await scene()
    await person.edit(web.id, { access: WIDE, description: 'mine' })
    const { updatedAt, lastUpdatedBy } = person.one('web')
    const drift = await daemon.until('drift.detected')
    expect(drift).toMatchObject({ key: 'web', id: web.id, fields: ['description', 'access'], reach: 'wider', action: 'correct' })
    expect(drift).toMatchObject({ updatedAt, lastUpdatedBy })
    expect(await daemon.until('config.updated')).toMatchObject({ reason: 'drift', reach: 'narrower' })
    expect(person.one('web')).toMatchObject({ id: web.id, access: { models: { allow: ['openai/gpt-4o'] } } })
    expect(person.one('web')).not.toHaveProperty('description')
  })

  test('and lets keys reach less stays, over resyncs and a restart, until the file changes', async () => {
    const { daemon, person, web, settled, put, emulator } = await scene()
    await person.edit(web.id, { access: NARROW })
    const drift = await daemon.until('drift.detected')
    expect(drift).toMatchObject({ reach: 'narrower', action: 'hold', msg: expect.stringContaining('--drift correct-all') })
    expect(await daemon.kill('SIGTERM')).toBe(0)
    const again = await settled(...OFTEN)
    await again.until('drift.detected')
    await resyncs(emulator, 2)
    expect(person.one('web')).toMatchObject({ access: NARROW })
    expect(again.told('drift.detected')).toHaveLength(1)
    await put('web.json', { ...named('Web'), description: 'new' })
    await again.until('config.updated')
    expect(person.one('web')).toMatchObject({ access: { models: { allow: ['openai/gpt-4o'] } }, description: 'new' })
  })

  test('is only told under `--drift report`', async () => {
    const { daemon, person, web, emulator } = await scene('--drift', 'report')
    await person.edit(web.id, { access: WIDE })
    expect(await daemon.until('drift.detected')).toMatchObject({ reach: 'wider', action: 'report' })
    await resyncs(emulator, 2)
    expect(person.one('web')).toMatchObject({ access: WIDE })
  })

  test('is corrected whatever it was under `--drift correct-all`', async () => {
    const { daemon, person, web } = await scene('--drift', 'correct-all')
    await person.edit(web.id, { access: NARROW })
    expect(await daemon.until('config.updated')).toMatchObject({ reason: 'drift', reach: 'wider' })
    expect(person.one('web')).toMatchObject({ access: { models: { allow: ['openai/gpt-4o'] } } })
  })

  test('and takes the stamp away with it is put right under the same id', async () => {
    const { daemon, person, web, emulator } = await scene()
    await person.edit(web.id, { metadata: null })
    expect(await daemon.until('config.updated')).toMatchObject({ reason: 'stamp', fields: ['metadata'], reach: 'same' })
    expect(emulator.state.configurations).toHaveLength(1)
    expect(person.one('web').metadata).toBe(web.metadata)
  })

  test('while a file moves is not undone by the move', async () => {
    const { daemon, person, web, folder } = await scene('--resync-interval', '1h')
    await person.edit(web.id, { access: NARROW })
    await rename(join(folder, 'configs/web.json'), join(folder, 'configs/next.json'))
    await daemon.until('config.moved')
    expect(await daemon.until('drift.detected')).toMatchObject({ key: 'next', action: 'hold' })
    expect(person.one('next')).toMatchObject({ id: web.id, access: NARROW })
  })
})

test('a lockfile that is lost opens nothing that somebody closed', async () => {
  const { daemon, person, web, settled, lockfilePath, lockfile } = await scene()
  await daemon.kill('SIGTERM')
  await person.edit(web.id, { access: NARROW })
  await rm(lockfilePath)
  const again = await settled(...OFTEN)
  expect(await again.until('drift.detected')).toMatchObject({ key: 'web', action: 'hold' })
  expect(person.one('web')).toMatchObject({ id: web.id, access: NARROW })
  expect((await lockfile()).entries['web']).toMatchObject({ id: web.id })
})

import { rm } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import type { RunningProcess } from '../support/process.ts'
import { personAt } from '../support/person.ts'
import { named, openScene } from '../support/scene.ts'

const OFTEN = ['--resync-interval', '100ms']

async function scene() {
  const opened = await openScene()
  await opened.put('web.json', named('Web'))
  return { ...opened, person: personAt(opened.emulator) }
}

describe('more than one of a thing', () => {
  test('by an answer that got lost and a request that was carried out late is one again: the late one is a surplus', async () => {
    const it = await scene()
    const { person } = it
    const lost: object[] = []
    it.emulator.intercept({
      before({ method, body }) {
        if (method !== 'POST' || it.posts.length > 1) return 'continue'
        lost.push(body as object)
        return 'reset'
      },
    })
    const daemon = it.start('run', ...OFTEN)
    await daemon.until('config.created')
    expect(lost).toHaveLength(1)
    await person.create(lost[0]!)
    const deleted = await daemon.until('config.deleted')
    expect(deleted).toMatchObject({ key: 'web', reason: 'surplus' })
    const { id } = person.one('web')
    expect(id).not.toBe(deleted['id'])
    await daemon.until(() => lastPlan(daemon) === '{"noop":1}')
    expect((await it.lockfile()).entries['web']?.id).toBe(id)
  })

  test('by two daemons with two lockfiles is one again, and both agree which', async () => {
    const it = await scene()
    const { opened, open } = gate()
    let posts = 0
    it.emulator.intercept({
      before: async ({ method }) => {
        if (method === 'POST' && ++posts === 2) open()
        if (method === 'POST') await opened
        return 'continue' as const
      },
    })
    const [one, other] = [it.start('run', ...OFTEN), it.start('run', ...OFTEN, '--lockfile', 'other.json')]
    await Promise.all([one, other].map((daemon) => daemon.until('config.created')))
    await Promise.race([one, other].map((daemon) => daemon.until('config.deleted')))
    const calm = (daemon: typeof one) => daemon.until(() => lastPlan(daemon) === '{"noop":1}')
    await Promise.all([calm(one), calm(other)])
    expect(it.person.of('web')).toHaveLength(1)
  })

  test('by somebody who copied it is told, and left for a person to decide', async () => {
    const it = await scene()
    const daemon = await it.settled(...OFTEN)
    const { id, metadata, access } = it.person.one('web')
    const copy = await it.person.create({ name: 'Web', metadata, access })
    expect(await daemon.until('config.conflict')).toMatchObject({
      key: 'web',
      reason: 'duplicate-configuration',
      ids: [copy, id],
    })
    await it.put('web.json', { ...named('Web'), description: 'edited' })
    await it.person.remove(copy)
    await daemon.until('config.updated')
    expect(it.person.one('web')).toMatchObject({ id, description: 'edited' })
    expect(daemon.told('config.deleted')).toEqual([])
  })

  test('of which access keys use one keeps that one, whatever the lockfile says', async () => {
    const it = await scene()
    const daemon = await it.settled()
    await daemon.kill('SIGTERM')
    const first = it.person.one('web').id
    await rm(it.lockfilePath)
    await it.person.edit(first, { metadata: null })
    const second = it.start('apply')
    expect(await second.ended).toBe(0)
    const used = it.person.one('web')
    await it.person.use(used.id, 'production')
    await it.person.edit(first, { metadata: (used.metadata ?? '').replace(/"nonce":"[^"]+"/, '"nonce":"of-the-first"') })
    await rm(it.lockfilePath)
    const again = it.start('apply')
    expect(await again.ended).toBe(0)
    expect(again.told('config.deleted')).toMatchObject([{ id: first, reason: 'surplus' }])
    expect(it.person.one('web').id).toBe(used.id)
  })
})

function lastPlan(daemon: RunningProcess): string {
  return JSON.stringify(daemon.lines.findLast(({ event }) => event === 'plan.computed')?.['changes'])
}

function gate() {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { opened: promise, open: resolve }
}

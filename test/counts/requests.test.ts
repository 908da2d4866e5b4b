import { expect, test } from 'vitest'
import { followRequests, named, openScene, resyncs, type Scene } from '../support/scene.ts'

const ENTRIES = 250
const PAGES = 3
const [LIST, KEYS, CREATE] = ['GET /access-key-configurations', 'GET /provider-keys', 'POST /access-key-configurations']

async function declareMany({ put }: Scene): Promise<void> {
  await Promise.all(Array.from({ length: ENTRIES }, (_, index) => put(`e${index}.json`, named(`entry ${index}`))))
}

test('a first apply lists what there is once, and makes one request an entry; the next one lists a page for each hundred, and so does plan', async () => {
  const scene = await openScene()
  await declareMany(scene)

  const first = followRequests(scene)
  expect(await scene.start('apply').ended).toBe(0)
  first.stop()
  expect(first.asked.toSorted()).toEqual([LIST, KEYS, ...Array.from({ length: ENTRIES }, () => CREATE)])

  for (const command of ['apply', 'plan']) {
    const again = followRequests(scene)
    expect(await scene.start(command).ended).toBe(0)
    again.stop()
    expect(again.asked.toSorted()).toEqual([...Array.from({ length: PAGES }, () => LIST), KEYS])
  }
})

test('what is asked between two changes of a running daemon is what the changes need: one POST for a new file, GET and PATCH for an edit', async () => {
  const scene = await openScene()
  await declareMany(scene)
  const daemon = await scene.settled('--resync-interval', '1h')

  const asked = followRequests(scene)
  await scene.put('new.json', named('new'))
  await daemon.until(({ event, ['key']: key }) => event === 'config.created' && key === 'new')
  await scene.put('e7.json', named('edited'))
  await daemon.until('config.updated')
  asked.stop()
  expect(asked.asked).toEqual([CREATE, 'GET /access-key-configurations/{id}', 'PATCH /access-key-configurations/{id}'])
})

test('a resync of one page that finds nothing to do is one request', async () => {
  const scene = await openScene()
  await scene.put('only.json', named('only'))
  await scene.settled('--resync-interval', '200ms')
  const asked = followRequests(scene)
  await resyncs(scene.emulator, 3)
  asked.stop()
  expect(new Set(asked.asked)).toEqual(new Set([LIST]))
  expect(asked.asked).toHaveLength(4)
})

import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { followRequests, openScene } from '../support/scene.ts'

test.each([
  ['a folder that is missing', ['--dir', 'nowhere']],
  ['a folder that others may write', ['--dir', 'open']],
  ['a lockfile of a newer version', ['--lockfile', 'newer.json']],
])('with %s the gateway is asked for nothing', async (_title, args) => {
  const scene = await openScene()
  await mkdir(join(scene.folder, 'open'))
  await chmod(join(scene.folder, 'open'), 0o777)
  await writeFile(join(scene.folder, 'newer.json'), '{ "lockfileVersion": 2 }')
  const followed = followRequests(scene)
  expect(await scene.start('plan', ...args).ended).toBeGreaterThan(64)
  expect(await scene.start('plan').ended).toBe(0) // and would be seen
  followed.stop()
  expect(followed.asked).toHaveLength(2)
})

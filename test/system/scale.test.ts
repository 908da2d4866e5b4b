import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { followRequests, named, openScene, type Scene } from '../support/scene.ts'

const ENTRIES = 10_000
const PAGES = 100

/** All at once, in folders of a hundred. */
async function dropFiles({ folder }: Scene): Promise<void> {
  const aside = join(folder, 'aside')
  for (let team = 0; team < ENTRIES / 100; team++) {
    await mkdir(join(aside, `t${team}`), { recursive: true })
    await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        writeFile(join(aside, `t${team}/e${index}.json`), JSON.stringify(named(`entry ${team}.${index}`))),
      ),
    )
  }
  await rename(aside, join(folder, 'configs/all'))
}

test(
  'ten thousand entries: a resync with nothing to do is a page for each hundred, and an edit lists nothing',
  { timeout: 240_000 },
  async () => {
    const scene = await openScene()
    await dropFiles(scene)
    expect(await scene.start('apply', '--concurrency', '32', '--log-level', 'warn').ended).toBe(0)
    expect(scene.emulator.state.configurations).toHaveLength(ENTRIES)

    const resyncing = scene.start('run', '--resync-interval', '5s')
    await resyncing.until('daemon.ready')
    const resync = followRequests(scene)
    const plans = resyncing.told('plan.computed').length
    await resyncing.until(() => resyncing.told('plan.computed').length > plans)
    resync.stop()
    expect(await resyncing.kill('SIGTERM')).toBe(0)
    expect(resync.asked).toEqual(Array.from({ length: PAGES }, () => 'GET /access-key-configurations'))
    expect(resyncing.lines.filter(({ event }) => event.startsWith('config.'))).toEqual([])

    const daemon = scene.start('run', '--resync-interval', '1h')
    await daemon.until('daemon.ready')
    const edit = followRequests(scene)
    await scene.put('all/t7/e7.json', named('edited'))
    await daemon.until('config.updated')
    edit.stop()
    expect(edit.asked).toEqual(['GET /access-key-configurations/{id}', 'PATCH /access-key-configurations/{id}'])
  },
)

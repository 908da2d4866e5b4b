import { EventEmitter } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { degradedMessage } from '../../../src/source/folder/degraded.ts'
import { createScratch, record } from './recorder.ts'

const refusal = (code: string): Error => Object.assign(new Error(`${code}: refused, watch '/x'`), { code })

/** Stands for a system that refuses every watch. */
vi.mock('chokidar', () => ({
  watch() {
    const watcher = Object.assign(new EventEmitter(), { close: async () => {} })
    setImmediate(() => {
      for (let n = 0; n < 3; n++) watcher.emit('error', refusal('ENOSPC'))
      watcher.emit('ready')
    })
    return watcher
  },
}))

test('a folder that the system refuses to watch is reported once and looked through instead', async () => {
  using scratch = createScratch()
  await using recorder = await record(scratch.dir)
  expect(recorder.events).toEqual([{ event: 'source.degraded', msg: degradedMessage(refusal('ENOSPC'), 2000) }])
  writeFileSync(join(scratch.dir, 'a.ts'), '1')
  await recorder.until(() => recorder.texts.get('a.ts') === '1')
  writeFileSync(join(scratch.dir, 'a.ts'), '2')
  await recorder.until(() => recorder.texts.get('a.ts') === '2')
  expect(recorder.events).toHaveLength(1)
})

test.each([
  ['ENOSPC', 'Raise the limit of watches: sysctl fs.inotify.max_user_watches=524288.'],
  ['EMFILE', 'sysctl fs.inotify.max_user_instances=512.'],
  ['EIO', 'Until a restart the folder is looked through every 2 seconds instead.'],
])('%s is explained with the way out', (code, remedy) => {
  const message = degradedMessage(refusal(code), 2000)
  expect(message).toContain(`${code}: refused`)
  expect(message).toContain(remedy)
})

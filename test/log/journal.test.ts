import { spawnSync } from 'node:child_process'
import { closeSync, fstatSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/process.ts'

const ROOM = pathToFileURL(join(import.meta.dirname, '../../src/log/journal.ts')).href

/** @param stream what `JOURNAL_STREAM` says, made from the device and inode of standard output */
async function asked(stream: (own: string) => string | undefined): Promise<string> {
  const stdout = openSync(join(await temporaryFolder(), 'journal'), 'w')
  const { dev, ino } = fstatSync(stdout, { bigint: true })
  const code = `const { isJournal } = await import('${ROOM}'); process.stderr.write(String(isJournal(process.env)))`
  const env = { JOURNAL_STREAM: stream(`${dev}:${ino}`) }
  const { stderr } = spawnSync(process.execPath, ['--no-warnings', '--input-type=module', '-e', code], {
    env,
    stdio: ['ignore', stdout, 'pipe'],
  })
  closeSync(stdout)
  return stderr.toString()
}

test('standard output is the journal where it is the stream that systemd names', async () => {
  expect(await asked((own) => own)).toBe('true')
})

test('it is not where it leads elsewhere by now, or systemd named none', async () => {
  expect(await asked(() => '1:2')).toBe('false')
  expect(await asked(() => undefined)).toBe('false')
})

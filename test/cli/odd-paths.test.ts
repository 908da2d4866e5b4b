/** Paths that lead to what is no file and no folder: each command ends, and says why. */
import { execFileSync } from 'node:child_process'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { startProcess, temporaryFolder } from '../support/process.ts'
import { named } from '../support/scene.ts'

let cwd: string

beforeEach(async () => {
  cwd = await temporaryFolder()
  await mkdir(join(cwd, 'configs'))
  await writeFile(join(cwd, 'configs/web.json'), JSON.stringify(named('Web')))
  execFileSync('mkfifo', [join(cwd, 'pipe')])
})

/** Where nobody listens: what gets so far as to ask the gateway ends with 75. */
const NOWHERE = { AIGW_SYNC_API_URL: 'http://127.0.0.1:9', AIGW_SYNC_RETRIES: '0', AI_GATEWAY_API_KEY: 'x' }

async function run(args: readonly string[], env: Record<string, string> = {}): Promise<[code: unknown, said: string]> {
  const started = startProcess({ args, cwd, env: { ...NOWHERE, ...env } })
  const code = await started.ended
  return [code, started.stdout() + started.stderr()]
}

describe('a folder that there cannot be', () => {
  test.each([
    [['init', '/proc/none/below'], 77, '/proc/none cannot be written: ENOENT'],
    [['init', '/dev/null'], 78, '/dev/null'],
    [['init', 'pipe/below'], 78, 'is in the way: it is not a folder'],
    [['apply', '--lockfile', '/proc/none/below/lock.json'], 78, "mkdir '/proc/none'"],
    [['apply', '--dir', 'pipe'], 78, 'to be a folder'],
    [['validate', '--dir', 'pipe'], 78, 'to be a folder'],
    [['validate', '--dir', '/dev/null/x'], 78, 'there is no folder'],
  ])('%j ends with %i', async (args, code, why) => {
    expect(await run(args)).toEqual([code, expect.stringContaining(why)])
  })
})

describe('a lockfile that is none', () => {
  test.each([
    ['pipe', 'a named pipe'],
    ['configs', 'a folder'],
    ['/dev/full', 'a device'],
    ['/dev/zero', 'a device'],
  ])('%s is refused by what reads it', async (path, kind) => {
    for (const command of ['status', 'plan']) {
      expect(await run([command, '--lockfile', path])).toEqual([
        78,
        expect.stringContaining(`expected a file, found ${kind}; move it away`),
      ])
    }
  })

  test.each(['pipe', 'configs'])('%s is refused by what would write it, and stays', async (path) => {
    const before = await readdir(cwd)
    expect(await run(['apply', '--lockfile', path])).toEqual([78, expect.stringContaining('move it away')])
    expect((await readdir(cwd)).filter((name) => !name.endsWith('.lease'))).toEqual(before)
  })
})

describe('settings and a token that are no file', () => {
  test.each(['pipe', '/dev/zero', '/dev/random'])('settings at %s are not read', async (path) => {
    const [code, said] = await run(['validate', '--settings', path])
    expect(code).toBe(78)
    expect(said).toContain('does not load: expected a file, found a pipe or a device')
  })

  test.each(['/dev/zero', '/dev/random', 'configs'])('a token at %s is not read', async (path) => {
    const [code, said] = await run(['plan'], { AI_GATEWAY_API_KEY_FILE: path })
    expect(code).toBe(78)
    expect(said).toMatch(/the API token cannot be read from .*: it is (?:no regular file|a folder)/)
  })
})

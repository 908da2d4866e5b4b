import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { readTokenAgain, readTokenFile } from '../../src/settings/token-file.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aigw-sync-token-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

function pipe(): string {
  const path = join(folder, 'pipe')
  execFileSync('mkfifo', [path])
  return path
}

/** Writes into a pipe, and goes with the test. */
function write(script: string, path: string): void {
  const child = spawn('sh', ['-c', `{ ${script}; } > "$0"`, path], { stdio: 'ignore', detached: true })
  onTestFinished(() => {
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  })
}

describe('a pipe', () => {
  test('gives its token, in pieces too, and also where who writes comes late', async () => {
    const path = pipe()
    const read = readTokenFile(path)
    write('printf ngrok; sleep 0.05; echo -key', path)
    expect(await read).toBe('ngrok-key\n')
  })

  test('that nobody writes to is not waited for without end', async () => {
    await expect(readTokenFile(pipe(), 50)).rejects.toThrow('nothing whole came through the pipe within 50 ms')
  })

  test('that never ends is left', async () => {
    const path = pipe()
    write('yes', path)
    await expect(readTokenFile(path)).rejects.toThrow('it is larger than 64 KiB')
  })

  test('is not read again', async () => {
    await expect(readTokenAgain(pipe())).rejects.toThrow('it is no regular file')
  })
})

describe('what is no token', () => {
  test.each(['/dev/zero', '/dev/random', '/dev/null', '/dev/full'])('%s is not read', async (device) => {
    await expect(readTokenFile(device)).rejects.toThrow('it is no regular file')
    await expect(readTokenAgain(device)).rejects.toThrow('it is no regular file')
  })

  test('a file of gigabytes is not read', async () => {
    const path = join(folder, 'large')
    writeFileSync(path, '')
    truncateSync(path, 2 ** 33)
    await expect(readTokenFile(path)).rejects.toThrow('it is larger than 64 KiB')
  })

  test('a file that is not there has the code that says so', async () => {
    await expect(readTokenFile(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(readTokenAgain(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { describeOurselves, type Holder, readProcess } from '../../../src/lockfile/lease/holder.ts'
import { isAlive, parseHolder } from '../../../src/lockfile/lease/liveness.ts'
import { PATIENCE } from '../../support/patience.ts'

const NOW = Date.UTC(2026, 6, 23)
const YOUNG = NOW - 59_999
const OLD = NOW - 60_000

let ourselves: Holder
beforeAll(async () => {
  ourselves = await describeOurselves()
})

function judge(holder: object, mtimeMs: number, as = ourselves): Promise<boolean> {
  return isAlive({ text: JSON.stringify(holder), mtimeMs }, as, NOW)
}

async function aDeadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '0'])
  await once(child, 'exit')
  return child.pid!
}

describe.runIf(existsSync('/proc/self/stat'))('on the same running system', () => {
  test('a process that runs holds its lease, however old its heartbeat', async () => {
    expect(await judge(ourselves, OLD)).toBe(true)
  })

  test('a process that is gone does not, however young', async () => {
    expect(await judge({ ...ourselves, pid: await aDeadPid() }, YOUNG)).toBe(false)
  })

  test('a later process with the same number is not the holder', async () => {
    expect(await judge({ ...ourselves, startTime: '1' }, YOUNG)).toBe(false)
  })

  test('the start time is a number of ticks, also for a name with spaces and parentheses', async () => {
    const child = spawn('bash', ['-c', String.raw`printf ') R 1 (' > /proc/$$/comm; echo; read`])
    await once(child.stdout, 'data')
    const later = await readProcess(child.pid!)
    child.kill()
    expect(later?.startTime).toMatch(/^\d+$/)
    expect(Number(later?.startTime)).toBeGreaterThanOrEqual(Number(ourselves.startTime))
  })

  test('a process that was killed and not yet collected is gone', async () => {
    const parent = spawn('bash', ['-c', 'sleep 60 & echo $!; exec sleep 60']) // which never collects
    onTestFinished(() => void parent.kill('SIGKILL'))
    const [line] = (await once(parent.stdout, 'data')) as [Buffer]
    const pid = Number(line.toString())
    await expect.poll(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8'), PATIENCE).toBe('sleep\n')
    process.kill(pid, 'SIGKILL')
    await expect.poll(async () => (await readProcess(pid))?.isZombie, PATIENCE).toBe(true)
    const startTime = (await readProcess(pid))?.startTime
    expect(await judge({ ...ourselves, pid, startTime }, YOUNG)).toBe(false)
  })
})

describe('without start times', () => {
  const bare = { host: 'here', nonce: '', acquiredAt: '', pid: process.pid }

  test('a process that runs on this host holds its lease, however old its heartbeat', async () => {
    expect(await judge(bare, OLD, bare)).toBe(true)
  })

  test('a process that is gone does not, however young', async () => {
    expect(await judge({ ...bare, pid: await aDeadPid() }, YOUNG, bare)).toBe(false)
  })
})

describe('elsewhere', () => {
  test.each([
    ['another boot', { bootId: 'another' }],
    ['another process namespace', { pidNamespace: 'pid:[1]' }],
    ['a system that tells nothing', { bootId: undefined, pidNamespace: undefined, startTime: undefined, host: 'other' }],
  ])('the heartbeat counts: %s', async (_what, over) => {
    expect(await judge({ ...ourselves, ...over }, YOUNG)).toBe(true)
    expect(await judge({ ...ourselves, ...over }, OLD)).toBe(false)
  })

  test('two hosts that both hide their boot id are told apart by name', async () => {
    const bare = { host: 'here', nonce: '', acquiredAt: '', pid: await aDeadPid() }
    expect(await judge({ ...bare, host: 'there' }, YOUNG, bare)).toBe(true)
    expect(await judge({ ...bare, host: 'here' }, YOUNG, bare)).toBe(false)
  })

  test('a heartbeat from a clock ahead of ours is young', async () => {
    expect(await judge({ ...ourselves, bootId: 'another' }, NOW + 3_600_000)).toBe(true)
  })
})

test.each(['', 'x', '[]', 'null', '{}', '{"pid":"1","host":"h","acquiredAt":"t"}', '{"pid":-1,"host":"h","acquiredAt":"t"}'])(
  'what no holder wrote goes by its age: %s',
  async (text) => {
    expect(parseHolder(text)).toBeUndefined()
    expect(await isAlive({ text, mtimeMs: YOUNG }, ourselves, NOW)).toBe(true)
    expect(await isAlive({ text, mtimeMs: OLD }, ourselves, NOW)).toBe(false)
  },
)

import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SyncEvent } from '../../src/model/events.ts'
import { openLog, type LogOptions } from '../../src/log/log.ts'

const created: SyncEvent = {
  event: 'config.created',
  key: 'team-a/chatbot',
  id: 'aigac_1',
  name: 'Chatbot',
  attempt: 1,
  durationMs: 34,
}

function logged(events: readonly SyncEvent[], options: Partial<LogOptions> = {}): string {
  const texts: string[] = []
  const log = openLog({ level: 'info', format: 'json', destination: { write: (text) => texts.push(text) }, ...options })
  for (const event of events) log.report(event)
  return texts.join('')
}

describe('in the journal', () => {
  test.each([
    [{ event: 'daemon.failed', msg: 'no' }, '<2>{"level":"fatal"'],
    [{ event: 'gateway.rejected', msg: 'bad token' }, '<3>{"level":"error"'],
    [{ event: 'admin.failed', msg: 'no' }, '<4>{"level":"warn"'],
    [created, '<6>{"level":"info"'],
    [{ event: 'lockfile.written', entries: 1, durationMs: 1 }, '<7>{"level":"debug"'],
  ] as const)('%j begins with its priority, and is JSON behind it', (event, beginning) => {
    const text = logged([event], { journal: true, level: 'debug' })
    expect(text.slice(0, beginning.length)).toBe(beginning)
    expect(JSON.parse(text.slice('<6>'.length))).toMatchObject({ event: event.event })
  })

  test('each line for people has the priority, and no line more than one', () => {
    const frame = '> 2 | name: <6>,\n    |       ^'
    const invalid: SyncEvent = {
      event: 'source.invalid',
      file: 'a.ts',
      problem: 'syntax',
      msg: 'unexpected',
      line: 2,
      column: 3,
      frame,
    }
    const text = logged([invalid], { journal: true, format: 'pretty' })
    const lines = text.split('\n').slice(0, -1)
    expect(lines.length).toBeGreaterThan(2)
    expect(lines.filter((line) => !/^<[34]>[^<]/.test(line))).toEqual([])
    expect(text.replaceAll(/^<\d>/gm, '')).toBe(
      logged([invalid], { format: 'pretty' }).replace(/^\S+/, text.slice(3).match(/^\S+/)?.[0] ?? ''),
    )
  })
})

describe('as JSON', () => {
  test('an event is one line of its fields, with level, time, name and sentence', () => {
    const text = logged([created])
    expect(text.endsWith('\n')).toBe(true)
    const { time, ...line } = JSON.parse(text)
    expect(line).toEqual({ level: 'info', ...created, msg: 'team-a/chatbot: created as aigac_1 in 34 ms' })
    expect(new Date(time).toISOString()).toBe(time)
    expect(Object.keys(JSON.parse(text)).slice(0, 3)).toEqual(['level', 'time', 'event'])
  })

  test("an event's own words are the error of its line", () => {
    const line = JSON.parse(logged([{ event: 'gateway.rejected', msg: 'bad token', status: 401 }]))
    expect(line).toMatchObject({ level: 'error', error: 'bad token', status: 401 })
    expect(line.msg).toContain('turns us away: bad token (401)')
  })

  test('events below the level are left out', () => {
    const written: SyncEvent = { event: 'lockfile.written', entries: 1, durationMs: 1 }
    expect(logged([written])).toBe('')
    expect(logged([written], { level: 'debug' })).not.toBe('')
    expect(logged([created], { level: 'error' })).toBe('')
    expect(logged([{ event: 'daemon.failed', msg: 'no' }], { level: 'silent' })).toBe('')
  })

  test('another level holds from the next event on', () => {
    const texts: string[] = []
    const { report, setLevel } = openLog({ level: 'error', format: 'json', destination: { write: (text) => texts.push(text) } })
    report(created)
    setLevel('info')
    report(created)
    setLevel('silent')
    report(created)
    expect(texts).toHaveLength(1)
  })

  test('no text can split a line, drive a terminal or get lost', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const text = logged([{ ...created, key: name, name }])
        // oxlint-disable-next-line no-control-regex -- their absence is asserted
        expect(text.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/)
        expect(JSON.parse(text)).toMatchObject({ key: name, name })
      }),
    )
  })
})

describe('for people', () => {
  const pretty = { format: 'pretty' } as const

  test('a line has the time, a sign and the sentence', () => {
    expect(logged([created], pretty)).toMatch(/^\d\d:\d\d:\d\d\.\d\d\d • team-a\/chatbot: created as aigac_1 in 34 ms\n$/)
  })

  test('a frame stands below the line, indented', () => {
    const frame = '  1 | export default {\n> 2 | \tname: 1\n    | \t      ^'
    const text = logged([{ event: 'source.invalid', file: 'a.ts', problem: 'invalid', msg: 'expected text', frame }], pretty)
    expect(text.split('\n').slice(1)).toEqual(['      1 | export default {', '    > 2 | \tname: 1', '        | \t      ^', ''])
  })

  test('escape sequences in a name, a message or a frame do not reach the terminal', () => {
    const text = logged(
      [
        { ...created, key: 'a\u001b[2Jb\nc' },
        { event: 'source.invalid', file: 'a\u009b.ts', problem: 'threw', msg: '\u202eno', frame: '> 1 | \u001b]0;title\u0007' },
      ],
      pretty,
    )
    // oxlint-disable-next-line no-control-regex -- their absence is asserted
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
    expect(text.split('\n')).toHaveLength(4)
    expect(text).toContain(String.raw`a\u001b[2Jb\nc: created`)
  })
})

/** Runs a few lines of code in a process of its own, with `openLog` at hand. */
function script(body: string): string[] {
  const url = pathToFileURL(join(import.meta.dirname, '../../src/log/log.ts')).href
  return ['--no-warnings', '--input-type=module', '--eval', `import { openLog } from '${url}'\n${body}`]
}

describe('on standard output', () => {
  test('a pipe gets JSON, and every line is out when the process ends at once', async () => {
    const body = `const { report } = openLog({ level: 'info' })
      for (let i = 0; i < 5000; i++) report({ event: 'gateway.recovered', durationMs: i })
      process.exit(0)`
    const { stdout } = await promisify(execFile)(process.execPath, script(body))
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).durationMs)
    expect(lines).toEqual(Array.from({ length: 5_000 }, (_, index) => index))
  })

  test('a reader that goes away is no reason to stop', async () => {
    const body = `const { report } = openLog({ level: 'info' })
      report({ event: 'gateway.recovered', durationMs: 0 })
      process.stdin.once('data', () => {
        for (let i = 0; i < 5000; i++) report({ event: 'gateway.recovered', durationMs: i })
        process.stderr.write('still here')
        process.exit(5)
      })`
    const child = spawn(process.execPath, script(body))
    let errors = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text
    })
    await once(child.stdout, 'data')
    child.stdout.destroy()
    await once(child.stdout, 'close')
    child.stdin.write('go on\n')
    expect(await once(child, 'close')).toEqual([5, null])
    expect(errors).toBe('still here')
  })

  test('a disk that is full is no reason to stop', async () => {
    const body = `openLog({ level: 'info' }).report({ event: 'gateway.recovered', durationMs: 0 }); process.exit(6)`
    const child = spawn('/bin/sh', ['-c', 'exec "$0" "$@" >/dev/full', process.execPath, ...script(body)], { stdio: 'ignore' })
    expect(await once(child, 'close')).toEqual([6, null])
  })
})

import { expect, test, vi } from 'vitest'
import { CATALOGUE } from '../../src/log/catalogue.ts'
import { LOG_LEVELS } from '../../src/settings/settings.ts'
import { PATIENCE } from '../support/patience.ts'
import { named, openScene, type Scene } from '../support/scene.ts'

/** A life with a bit of everything: a module that does not load, retries, a refusal, a recovery, a conflict, a change, a stop. */
async function eventfulLife(scene: Scene, ...flags: readonly string[]) {
  let posts = 0
  scene.emulator.intercept({
    before: ({ method }) =>
      method === 'POST' ? (([{ status: 429 }, { status: 422 }] as const)[posts++] ?? 'continue') : 'continue',
  })
  await scene.put('web.json', named('Web'))
  await scene.put('bad.ts', `throw new Error('forged:\\n{"level":"info"}\\u001b[31m')\n`)
  await scene.put('twice.ts', "export default { name: 'Twice', key: 'web2' }\n")
  await scene.put('again.ts', "export default { name: 'Again', key: 'web2' }\n")
  return scene.start('run', '--log-level', 'trace', ...flags)
}

test('every line is one JSON object with level, time, event and sentence, and every event is in the catalogue', async () => {
  const scene = await openScene()
  const daemon = await eventfulLife(scene)
  await daemon.until('config.failed')
  await scene.put('web.json', named('Mended'))
  await daemon.until('config.recovered')
  await scene.put('web.json', named('Changed'))
  await daemon.until('config.updated')
  expect(await daemon.kill('SIGTERM')).toBe(0)
  const text = daemon.stdout()
  expect(text.endsWith('\n')).toBe(true)
  const lines = text.slice(0, -1).split('\n')
  expect(lines).toHaveLength(daemon.lines.length)
  for (const line of lines) {
    expect(JSON.parse(line)).toMatchObject({
      level: expect.toBeOneOf([...LOG_LEVELS]),
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      event: expect.toBeOneOf(Object.keys(CATALOGUE)),
      msg: expect.stringMatching(/\S/),
    })
  }
  const wanted = ['source.invalid', 'config.conflict', 'config.retrying', 'config.failed', 'config.recovered', 'lockfile.written']
  expect(daemon.events()).toEqual(expect.arrayContaining(wanted))
  expect(daemon.stderr()).toBe('')
})

test('the fields of an event are those that the catalogue names', async () => {
  const scene = await openScene()
  const daemon = await eventfulLife(scene)
  await daemon.until('config.failed')
  await daemon.kill('SIGTERM')
  for (const { level: _level, time: _time, event, msg: _msg, ...fields } of daemon.lines) {
    const declared: Readonly<Record<string, unknown>> = CATALOGUE[event as keyof typeof CATALOGUE].fields
    const names = Object.keys(fields).map((name) => (name === 'error' ? 'msg' : name))
    expect(Object.keys(declared), event).toEqual(expect.arrayContaining(names))
  }
})

test('lines for people are no JSON, and nothing from outside can forge one or drive the terminal', async () => {
  const scene = await openScene()
  const daemon = await eventfulLife(scene, '--log-format', 'pretty')
  await vi.waitUntil(() => ['does not load', 'conflict', 'refused'].every((word) => daemon.stdout().includes(word)), PATIENCE)
  expect(await daemon.kill('SIGTERM')).toBe(0)
  const lines = daemon.stdout().trimEnd().split('\n')
  expect(lines.length).toBeGreaterThan(5)
  for (const line of lines) {
    expect(() => JSON.parse(line) as unknown).toThrow()
    expect(line).not.toContain('\u001b')
    expect(line).toMatch(/^(?:\d\d:\d\d:\d\d\.\d{3} [•·▲×] | {4})/)
  }
  expect(lines.at(-1)).toContain('stopped in')
})

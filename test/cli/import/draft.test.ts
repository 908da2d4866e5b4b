import { describe, expect, test } from 'vitest'
import { draftModules } from '../../../src/cli/import/draft.ts'
import type { Candidate } from '../../../src/cli/import/select.ts'
import { owned, unowned } from './observed.ts'

function draft(candidates: readonly Candidate[], { keys = [] as string[], files = [] as string[], requireAccess = false } = {}) {
  const taken = { keys, isFree: (file: string) => !files.includes(file) }
  return draftModules(candidates, taken, { owner: 'default', requireAccess, plainSecrets: false })
}

function placed(...given: Parameters<typeof draft>) {
  return draft(...given).modules.map(({ file, subjects }) => `${file}: ${subjects.map(({ key }) => key).join(', ')}`)
}

const bot = (id: string) => unowned(id, { name: 'Bot' })

describe('a module goes', () => {
  test('under the name of what it declares, with a number where that is taken', () => {
    expect(placed([bot('aigac_1'), bot('aigac_2'), unowned('aigac_3', { name: '漢字' })])).toEqual([
      'aigac_3.ts: aigac_3',
      'bot-2.ts: bot-2',
      'bot.ts: bot',
    ])
  })

  test.each([
    ['by a file', { files: ['bot.ts'] }],
    ['by a key', { keys: ['bot'] }],
    ['by a key in other letters', { keys: ['BOT'] }],
  ])('elsewhere where its name is taken %s', (_title, taken) => {
    expect(placed([bot('aigac_1')], taken)).toEqual(['bot-2.ts: bot-2'])
  })

  test('where its key says', () => {
    expect(placed([owned('aigac_1', 'team-a/web'), owned('aigac_2', 'bot'), bot('aigac_3')])).toEqual([
      'bot-2.ts: bot-2',
      'bot.ts: bot',
      'team-a/web.ts: team-a/web',
    ])
  })

  test('together with others of one path', () => {
    expect(placed([owned('aigac_1', 'jobs#b'), owned('aigac_2', 'jobs#a')])).toEqual(['jobs.ts: jobs#b, jobs#a'])
  })

  test.each(['../up', '/etc/x', '_x', '.x', 'a//b', 'aigw-sync.config', 'x'.repeat(300), 'a#b#c'])(
    'under its name where its key is no path: %.40s',
    (key) => {
      const { modules } = draft([owned('aigac_1', key, { name: 'Up' })])
      expect(modules).toMatchObject([{ file: 'up.ts', subjects: [{ key, adopts: false }] }])
      expect(modules[0]?.text).toContain(`  key: '${key}',\n`)
    },
  )

  test.each([
    ['its file is there', ['team-a/web'], ['team-a/web.ts']],
    ['another key takes the file', ['web', 'web#a'], []],
    ['the file differs from another in case only', ['web', 'Web'], []],
  ])('under its name where %s', (_title, keys, files) => {
    const { modules } = draft(
      keys.map((key, index) => owned(`aigac_${index}`, key, { name: 'Named' })),
      { files },
    )
    expect(modules[0]).toMatchObject({ file: 'named.ts', subjects: [{ key: keys.at(-1) }] })
    expect(modules).toHaveLength(keys.length)
  })
})

describe('what cannot be declared is told, and keeps nothing else from being', () => {
  test.each([
    ['name', { name: ' spaced ' }, /name: .*white space/],
    ['name', { name: '' }, /name: .*empty/],
    ['description', { description: 'x'.repeat(256) }, /description: .*at most 255/],
    ['description', { description: 'half \ud83d' }, /description: .*surrogate/],
    ['metadata', { metadata: 'x'.repeat(4090) }, /metadata: .*fits/],
    ['metadata', { metadata: `{"a":${'['.repeat(30)}${'"x",'.repeat(1030)}"x"${']'.repeat(30)}}` }, /metadata: /],
    ['a model', { access: { models: { allow: [''] } } }, /access\.models\.allow\[0\]: /],
    ['a step', { router: { rules: [{ provider: 'x', steps: [{ type: 'magic' }] }] } }, /steps\[0\]\.type: /],
    ['a step', { router: { rules: [{ provider: 'x', steps: [{ type: 'user' }] }] } }, /steps\[0\]\.keys: /],
    ['no step', { router: { rules: [{ provider: 'x', steps: [] }] } }, /steps: .*empty list/],
    ['a strategy', { router: { rules: [{ model: 'a:b', steps: [userStep('random')] }] } }, /keySelectionStrategy/],
  ])('%s: %j', (_what, fields, reason) => {
    const { modules, skipped } = draft([unowned('aigac_1', fields), unowned('aigac_2', { name: 'Good' })])
    expect(modules.map(({ file }) => file)).toEqual(['good.ts'])
    expect(skipped).toMatchObject([{ id: 'aigac_1', reason: 'not-declarable', msg: expect.stringMatching(reason) }])
  })

  test('an id that adopting could not name', () => {
    expect(draft([unowned("x'", { name: 'X' })]).skipped).toMatchObject([{ id: "x'", msg: expect.stringMatching(/adopt: /) }])
  })

  test('a key that no entry can have', () => {
    expect(draft([owned('aigac_1', ' ')]).skipped).toMatchObject([{ msg: expect.stringMatching(/key: /) }])
  })

  test('without access where the settings want one', () => {
    expect(draft([bot('aigac_1')], { requireAccess: true }).skipped).toMatchObject([
      { msg: expect.stringMatching(/requireAccess/) },
    ])
  })

  test('and takes no name from others', () => {
    expect(placed([unowned('aigac_1', { name: 'Bot', description: '\ud83d' }), bot('aigac_2')])).toEqual(['bot.ts: bot'])
  })
})

function userStep(keySelectionStrategy: string) {
  return { type: 'user', keys: [{ id: 'aigpk_1', name: 'a', keyRedacted: '***' }], keySelectionStrategy }
}

test('a thousand of one name each get a file of their own', () => {
  const { modules } = draft(Array.from({ length: 1000 }, (_, index) => bot(`aigac_${index}`)))
  expect(new Set(modules.map(({ file }) => file)).size).toBe(1000)
})

/** 700,000 characters. */
function models(letter: string) {
  return { access: { models: { allow: Array.from({ length: 9000 }, (_, index) => letter.repeat(70) + index) } } }
}

test('a module that would be too long to be read is not made', () => {
  const { modules, skipped } = draft([owned('aigac_1', 'jobs#a', models('a')), owned('aigac_2', 'jobs#b', models('b'))])
  expect(modules).toEqual([])
  expect(skipped).toMatchObject([{ id: 'aigac_1', msg: expect.stringContaining('1048576 bytes') }, { id: 'aigac_2' }])
  expect(placed([owned('aigac_1', 'jobs#a', models('a'))])).toEqual(['jobs.ts: jobs#a'])
})

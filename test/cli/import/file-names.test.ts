import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seatOf, slugFile, slugOf, slugOfId } from '../../../src/cli/import/file-names.ts'
import { entryKey, isEntryPath } from '../../../src/source/folder/rules.ts'
import { hostileText } from './observed.ts'

describe('a label gives the file name that a person would choose', () => {
  test.each([
    ['Chatbot (production)', 'chatbot-production'],
    ["Bob's bot, v1.2", 'bobs-bot-v1-2'],
    ['  Team A / Web  ', 'team-a-web'],
    ['Größe & Übersicht', 'grosse-ubersicht'],
    ['Łódź Ørsted', 'lodz-orsted'],
    ['ﬁne Ⅷ', 'fine-viii'],
    ['İstanbul', 'istanbul'],
    ['_hidden', 'hidden'],
    ['../../etc/passwd', 'etc-passwd'],
    ['.env', 'env'],
    ['package.json', 'package-json'],
    ['node_modules', 'node-modules'],
    ['__proto__', 'proto'],
    ['漢字', ''],
    ['🎉', ''],
    ['', ''],
    ['word '.repeat(20), 'word-word-word-word-word-word-word-word-word-word-word-word'],
    ['x'.repeat(255), 'x'.repeat(60)],
  ])('%j → %s', (name, slug) => {
    expect(slugOf(name)).toBe(slug)
  })

  test('or none, but never one that is no module', () => {
    fc.assert(
      fc.property(hostileText, (name) => {
        const slug = slugOf(name)
        expect(slug).toMatch(/^(?:[a-z0-9]+(?:-[a-z0-9]+)*)?$/)
        expect(isEntryPath(slugFile(slug || 'x', 3))).toBe(true)
      }),
    )
  })
})

test.each([
  ['aigac_0mww5ycku000sew2a0x5f', 'aigac_0mww5ycku000sew2a0x5f'],
  ['../../x', 'configuration'],
  ['_x', 'configuration'],
  ['a'.repeat(101), 'configuration'],
])('the id %s gives the name %s', (id, name) => {
  expect(slugOfId(id)).toBe(name)
})

test('the second of a name has a number', () => {
  expect([0, 1, 2].map((times) => slugFile('bot', times))).toEqual(['bot.ts', 'bot-2.ts', 'bot-3.ts'])
})

describe('a key says where its module is', () => {
  test.each([
    ['chatbot', { file: 'chatbot.ts' }],
    ['team-a/chatbot', { file: 'team-a/chatbot.ts' }],
    ['jobs#nightly', { file: 'jobs.ts', member: 'nightly' }],
    ['team a/Büro 漢字', { file: 'team a/Büro 漢字.ts' }],
    ['v1.2', { file: 'v1.2.ts' }],
    ['package', { file: 'package.ts' }],
    ['a/b#__proto__', { file: 'a/b.ts', member: '__proto__' }],
  ])('%s', (key, seat) => {
    expect(seatOf(key)).toEqual(seat)
  })

  test.each(
    [
      ['', '/', '/etc/passwd', 'a//b', 'a/', '..', '../up', 'a/../b', './a', '.', '.hidden', 'a/.b', '_shared', '_a/b', 'a/_b'],
      ['node_modules/a', '.git/a', '..data/a', 'aigw-sync.config', 'types.d', 'a\\b', 'a\0b', 'a\nb', 'a\u202eb'],
      ['#', 'a#', '#a', 'a#b#c', 'a#b/c', ' a', 'a ', 'a.', 'a./b', 'c:x', 'x?', 'x\ud83d', 'x'.repeat(253), 'ü'.repeat(127)],
    ].flat(),
  )('but not %j', (key) => {
    expect(seatOf(key)).toBeUndefined()
  })

  test('such that the module has that key, and lies in the folder', () => {
    const segment = fc.oneof(hostileText, fc.constantFrom('a', 'b.ts', '..', '_x', '', 'node_modules', 'c#d'))
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 3 }), (segments) => {
        const key = segments.join('/')
        const seat = seatOf(key)
        if (seat === undefined) return
        expect(isEntryPath(seat.file)).toBe(true)
        expect(seat.file.split('/').some((name) => /^[._]|^$/.test(name))).toBe(false)
        expect(entryKey(seat.file) + (seat.member === undefined ? '' : `#${seat.member}`)).toBe(key)
      }),
    )
  })
})

import { describe, expect, test } from 'vitest'
import { concern, entryKey, isEntryPath, isSourcePath } from '../../../src/source/folder/rules.ts'

type Kind = 'entry' | 'imported only' | 'left alone'

const paths: readonly (readonly [string, Kind])[] = [
  ['chatbot.ts', 'entry'],
  ['team-a/chatbot.mts', 'entry'],
  ['a/b/c.js', 'entry'],
  ['a.mjs', 'entry'],
  ['a.json', 'entry'],
  ['a.yaml', 'entry'],
  ['a.yml', 'entry'],
  ['v1.2/a.b.ts', 'entry'],
  ['team_a/chat-bot.ts', 'entry'],
  ['my.config.ts', 'entry'],
  ['lock.json', 'entry'],
  ['_shared.ts', 'imported only'],
  ['_lib/models.ts', 'imported only'],
  ['team-a/.hidden.ts', 'imported only'],
  ['.lib/models.ts', 'imported only'],
  ['tsconfig.json', 'imported only'],
  ['team-a/tsconfig.json', 'imported only'],
  ['tsconfig.base.json', 'imported only'],
  ['jsconfig.json', 'imported only'],
  ['package.json', 'imported only'],
  ['package-lock.json', 'imported only'],
  ['pnpm-lock.yaml', 'imported only'],
  ['aigw-sync.lock.json', 'imported only'],
  ['team-a/deno.lock.json', 'imported only'],
  ['aigw-sync.config.ts', 'imported only'],
  ['aigw-sync.config.yml', 'imported only'],
  ['a.d.ts', 'left alone'],
  ['a.d.mts', 'left alone'],
  ['README.md', 'left alone'],
  ['a.cjs', 'left alone'],
  ['a.tsx', 'left alone'],
  ['a', 'left alone'],
  ['ts', 'left alone'],
  ['node_modules/x/index.js', 'left alone'],
  ['a/node_modules/x.json', 'left alone'],
  ['.git/x.json', 'left alone'],
  ['a/.hg/x.json', 'left alone'],
  ['.svn/x.json', 'left alone'],
  ['a.ts.tmp', 'left alone'],
  ['a.ts~', 'left alone'],
  ['.a.ts.swp', 'left alone'],
  ['.a.ts.swx', 'left alone'],
  ['4913', 'left alone'],
  ['a.ts___jb_tmp___', 'left alone'],
  ['___jb_old.ts', 'left alone'],
  ['.#a.ts', 'left alone'],
  ['#a.ts#', 'left alone'],
  ['.a.ts.Xy12Zq', 'left alone'],
  ['..data/k.ts', 'left alone'],
  ['..2026_01_31_10_00_00.123/k.ts', 'left alone'],
]

describe('paths', () => {
  test.each(paths)('%s is %s', (path, kind) => {
    expect(isSourcePath(path)).toBe(kind !== 'left alone')
    expect(isEntryPath(path)).toBe(kind === 'entry')
  })
})

test.each([
  ['chatbot.ts', 'chatbot'],
  ['team-a/v1.2.yaml', 'team-a/v1.2'],
  ['a.b.mts', 'a.b'],
])('the key of %s is %s', (path, key) => {
  expect(entryKey(path)).toBe(key)
})

test.each([
  ['a/b.ts', 'a/b.ts'],
  ['a/folder', 'a/folder'],
  ['', ''],
  ['..data', ''],
  ['..data/k.ts', ''],
  ['team/..2026_x/deep/k.ts', 'team'],
  ['a/.git/HEAD', undefined],
  ['a.ts.tmp', undefined],
  ['node_modules', undefined],
])('what happens at %j concerns %j', (path, concerned) => {
  expect(concern(path)).toBe(concerned)
})

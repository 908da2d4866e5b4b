import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { initFolder, shippedFiles } from '../../src/cli/init/init.ts'
import { compile } from './tsc.ts'

const PACKAGE = join(import.meta.dirname, '../..')
const MARK = /\/\/ @ts-expect-error .*/

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aigw-sync-types-'))
  const made = await shippedFiles(PACKAGE).andThen((files) => initFolder(folder, files))
  expect(made.isOk()).toBe(true)
  await cp(join(import.meta.dirname, 'types'), folder, { recursive: true })
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

test('the compiler accepts what is right, and nothing that is marked as wrong', async () => {
  expect(await compile(folder)).toEqual([])
})

test('each mark stands for a line that is red without it, with a message that can be understood', async () => {
  const source = await readFile(join(folder, 'red.ts'), 'utf8')
  const lines = source.split('\n')
  await writeFile(join(folder, 'red.ts'), lines.map((line) => line.replace(MARK, '')).join('\n'))
  const messages = await compile(folder)
  const red = lines.flatMap((line, index) => (MARK.test(line) ? [index + 2] : []))
  expect([...new Set(messages.map(lineOf))]).toEqual(red)
  expect(
    messages.filter((message) => message.includes('not assignable to type \'"a name has at most 255 characters"\'')),
  ).toHaveLength(3)
  expect(
    messages.filter((message) => message.includes('not assignable to type \'"a name has at least one character"\'')),
  ).toHaveLength(2)
  expect(messages.filter((message) => message.includes('Did you mean to write'))).not.toHaveLength(0)
  expect(messages.filter((message) => message.includes("'never'"))).toEqual([])
})

test('the types are one file that needs no other', async () => {
  const types = await readFile(join(PACKAGE, 'dist/index.d.ts'), 'utf8')
  expect(types).not.toMatch(/\b(?:from|import|require)\b\s*[('"]|<reference/)
  expect(types).toContain('declare function defineConfigs')
})

function lineOf(message: string): number {
  return Number(/^red\.ts\((\d+),/.exec(message)?.[1])
}

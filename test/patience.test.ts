import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AnyNode, type CallExpression, parse } from 'acorn'
import { transformSync } from 'oxc-transform'
import { expect, test } from 'vitest'

/** What waits for as long as its second argument says, or for one second. */
const WAITS = new Set(['vi.waitFor', 'vi.waitUntil', 'expect.poll'])

/** The waits in a test that nobody said how long they may take. */
function impatient(text: string): readonly string[] {
  const { code } = transformSync('test.ts', text)
  return callsIn(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }))
    .filter((call) => WAITS.has(calleeOf(call)) && call.arguments.length < 2)
    .map((call) => code.slice(call.start, call.end))
}

function callsIn(node: AnyNode): readonly CallExpression[] {
  const parts = Object.values(node).flat().filter(isNode).flatMap(callsIn)
  return node.type === 'CallExpression' ? [node, ...parts] : parts
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value
}

function calleeOf({ callee }: CallExpression): string {
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier' || callee.property.type !== 'Identifier')
    return ''
  return `${callee.object.name}.${callee.property.name}`
}

test('no test waits with the patience of one second that Vitest has by itself: a busy machine takes longer', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  const texts = files.map((file) => [file, readFileSync(join(import.meta.dirname, file), 'utf8')] as const)
  const waiting = texts.filter(([, text]) => /\b(?:waitFor|waitUntil|poll)\(/.test(text))
  expect(waiting.length).toBeGreaterThan(20)
  expect(waiting.flatMap(([file, text]) => impatient(text).map((wait) => `${file}: ${wait}`))).toEqual([])
})

test('one that does is seen', () => {
  const text = 'async (a: number) => { await vi.waitFor(() => a); await expect.poll(() => a, { timeout: 2 }).toBe(a) }'
  expect(impatient(text)).toEqual(['vi.waitFor(() => a)'])
})

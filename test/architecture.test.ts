import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

/** Which rooms a room may import, beside itself. Data flows one way; this is where the direction is written down. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  model: [],
  plan: ['model'],
  source: ['model'],
  gateway: ['model'],
  lockfile: ['model'],
  secrets: ['model'],
  settings: ['model', 'secrets'],
  log: ['model'],
  emulator: ['model'],
  reconcile: ['model', 'plan', 'source', 'gateway', 'lockfile', 'secrets'],
  daemon: ['model', 'plan', 'source', 'gateway', 'lockfile', 'reconcile', 'secrets', 'settings', 'log'],
  'index.ts': ['model'],
}

const SRC = resolve(import.meta.dirname, '../src')

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))

/** Type imports count: a room that knows another's types knows the room. */
function importedRooms(file: string): string[] {
  const text = readFileSync(join(SRC, file), 'utf8')
  const specifiers = [...text.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) => match[1] ?? '')
  return specifiers.map((specifier) => roomOf(relative(SRC, resolve(SRC, dirname(file), specifier))))
}

function roomOf(file: string): string {
  return file.split('/')[0] ?? file
}

describe('the rooms import only their elders', () => {
  test.each(files.filter((file) => roomOf(file) !== 'cli').map((file) => [file]))('%s', (file) => {
    const room = roomOf(file)
    const allowed = new Set([room, ...(MAY_IMPORT[room] ?? [])])
    expect(importedRooms(file).filter((other) => !allowed.has(other))).toEqual([])
  })

  test('a type import is seen as well', () => {
    expect(importedRooms('plan/plan.ts')).toContain('model')
  })
})

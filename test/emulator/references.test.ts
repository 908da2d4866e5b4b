import { expect, test } from 'vitest'
import { createReferences } from '../../src/emulator/references.ts'

test('what a user refers to is replaced as a whole', () => {
  const references = createReferences()
  references.set('config-1', ['key-1', 'key-2', 'key-1'])
  references.set('config-2', ['key-1'])
  expect([...references.users('key-1')]).toEqual(['config-1', 'config-2'])

  references.set('config-1', ['key-2', 'key-3'])
  expect([...references.users('key-1')]).toEqual(['config-2'])
  expect([...references.users('key-2')]).toEqual(['config-1'])
  expect([...references.users('key-3')]).toEqual(['config-1'])

  references.set('config-1', [])
  expect([...references.users('key-2'), ...references.users('key-3'), ...references.users('key-4')]).toEqual([])
})

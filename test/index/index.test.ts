import { expect, test } from 'vitest'
import { defineConfig, defineConfigs } from '../../src/index.ts'
import { unmarked } from '../../src/source/modules/runtime.ts'

test('one configuration is given back as it is', () => {
  const declared = { name: 'a' }
  expect(defineConfig(declared)).toBe(declared)
})

test('several are marked as such, which a spread keeps and nobody sees in JSON', () => {
  const several = { ...defineConfigs({ web: { name: 'a' } }), ...defineConfigs({ batch: { name: 'b' } }) }
  expect(unmarked(several)).toEqual({ value: { web: { name: 'a' }, batch: { name: 'b' } }, several: true })
  expect(JSON.stringify(several)).toBe('{"web":{"name":"a"},"batch":{"name":"b"}}')
})

test('what is given to defineConfigs is left alone, and may be frozen', () => {
  const configurations = Object.freeze({ web: { name: 'a' } })
  defineConfigs(configurations)
  expect(unmarked(configurations).several).toBe(false)
})

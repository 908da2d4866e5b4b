import { expect, test } from 'vitest'
import { runtime, unmarked } from '../../../src/source/evaluator/runtime.ts'

test('modules find under aigw-sync what the package exports, and nothing else', async () => {
  const index = await import('../../../src/index.ts')
  expect(Object.keys(runtime).toSorted()).toEqual(Object.keys(index).toSorted())
})

test('one configuration is itself, several are known as such', () => {
  expect(unmarked(runtime.defineConfig({ name: 'a' }))).toEqual({ value: { name: 'a' }, several: false })
  expect(unmarked(runtime.defineConfigs({ web: { name: 'a' } }))).toEqual({ value: { web: { name: 'a' } }, several: true })
})

test('a spread of several is several', () => {
  const spread = { ...(runtime.defineConfigs({ a: 1 }) as object), ...(runtime.defineConfigs({ b: 2 }) as object) }
  expect(unmarked(spread)).toEqual({ value: { a: 1, b: 2 }, several: true })
})

class Several {
  readonly web = { name: 'a' }
}

test.each([[[]], [null], ['text'], [new Map([['web', 1]])], [Object.create({ web: 1 })], [new Several()]])(
  'defineConfigs refuses %j',
  (given) => {
    expect(() => runtime.defineConfigs(given)).toThrow('expected an object with a configuration under each name')
  },
)

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly resolved?: string }>>
}

const read = (file: string): unknown => JSON.parse(readFileSync(new URL(`../../bench/peers/${file}`, import.meta.url), 'utf8'))

test('the peers of the bench are locked in the versions it asks for, by whatever registry they come from', () => {
  const { dependencies } = read('package.json') as { readonly dependencies: Readonly<Record<string, string>> }
  const { packages } = read('package-lock.json') as Lock
  const locked = Object.fromEntries(Object.keys(dependencies).map((name) => [name, packages[`node_modules/${name}`]?.version]))
  expect(locked).toEqual(dependencies)
  expect(Object.values(packages).filter(({ resolved }) => resolved !== undefined)).toEqual([])
})

import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { buildWall, PLACES } from '../../../src/source/evaluator/wall.ts'

test('what the system lacks is known by what it is good for', () => {
  expect(buildWall({ places: [], networkDenied: false })).toEqual({ prefix: [], gaps: ['network', 'orphans'] })
  expect(buildWall({ places: [], networkDenied: true })).toEqual({ prefix: [], gaps: ['orphans'] })
})

test('what stands before the command runs it', () => {
  const { prefix, gaps } = buildWall({ places: PLACES, networkDenied: true })
  expect(gaps).toEqual([])
  const [command, ...args] = [...prefix, process.execPath, '-p', '1 + 1']
  expect(spawnSync(command, args, { encoding: 'utf8' })).toMatchObject({ status: 0, stdout: '2\n' })
})

test('a network that is cut holds not even the machine itself', () => {
  const { prefix, gaps } = buildWall({ places: PLACES, networkDenied: false })
  const script = 'Object.values(os.networkInterfaces()).flat().length'
  const [command, ...args] = [...prefix, process.execPath, '-p', script]
  const { stdout } = spawnSync(command, args, { encoding: 'utf8' })
  expect(stdout.trim() === '0').toBe(!gaps.includes('network'))
})

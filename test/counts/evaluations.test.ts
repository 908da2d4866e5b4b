import { expect, test } from 'vitest'
import { followRequests, openScene, type Scene } from '../support/scene.ts'

const DEPENDENTS = 10
const OTHERS = 20

function dependent(index: number): string {
  return `import { defineConfig } from 'aigw-sync'
import { text } from '../_text.ts'
export default defineConfig({ name: 'dependent ${index}', description: text, access: { models: { allow: ['openai/gpt-4o'] } } })
`
}

function other(index: number): string {
  return `import { defineConfig } from 'aigw-sync'
export default defineConfig({ name: 'other ${index}', access: { models: { allow: ['openai/gpt-4o'] } } })
`
}

async function declare({ put }: Scene): Promise<void> {
  await put('_text.ts', `export const text: string = 'before'\n`)
  for (let index = 0; index < DEPENDENTS; index++) await put(`dependents/d${index}.ts`, dependent(index))
  for (let index = 0; index < OTHERS; index++) await put(`others/o${index}.ts`, other(index))
}

test('a helper that changed has its dependents evaluated and updated, each once, and no others', async () => {
  const scene = await openScene()
  await declare(scene)
  const daemon = await scene.settled('--resync-interval', '1h')
  expect(daemon.told('source.loaded').map(({ ['evaluated']: evaluated }) => evaluated)).toEqual([DEPENDENTS + OTHERS])

  const asked = followRequests(scene)
  await scene.put('_text.ts', `export const text: string = 'after'\n`)
  await daemon.until(() => daemon.told('config.updated').length === DEPENDENTS)
  asked.stop()
  expect(daemon.told('source.loaded').map(({ ['evaluated']: evaluated }) => evaluated)).toEqual([DEPENDENTS + OTHERS, DEPENDENTS])
  expect(asked.asked.toSorted()).toEqual([
    ...Array.from({ length: DEPENDENTS }, () => 'GET /access-key-configurations/{id}'),
    ...Array.from({ length: DEPENDENTS }, () => 'PATCH /access-key-configurations/{id}'),
  ])
})

test('a file that is saved with the bytes it had is evaluated no more, and one that changed alone', async () => {
  const scene = await openScene()
  await declare(scene)
  const daemon = await scene.settled('--resync-interval', '1h')

  await scene.put('others/o1.ts', other(1))
  await scene.put('others/o2.ts', `${other(2)}// edited\n`)
  await scene.put('others/new.ts', other(99))
  await daemon.until(({ event, ['key']: key }) => event === 'config.created' && key === 'others/new')
  const evaluated = daemon
    .told('source.loaded')
    .slice(1)
    .reduce((sum, line) => sum + Number(line['evaluated']), 0)
  expect(evaluated).toBe(2)
})

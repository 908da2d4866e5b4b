import { setFlagsFromString, getHeapStatistics } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { tight } from '../../src/model/tight.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
setFlagsFromString('--no-expose-gc')

const MANY = 50_000

/** Bytes of the heap that each of so many lists takes. */
function sizeOf(make: (item: string) => string[]): number {
  const lists = Array.from({ length: MANY }, (): string[] => [])
  collect()
  const before = getHeapStatistics().used_heap_size
  for (let index = 0; index < MANY; index++) lists[index] = make('ngrok')
  collect()
  return (getHeapStatistics().used_heap_size - before) / lists.length
}

function grown(item: string): string[] {
  const items: string[] = []
  items.push(item)
  return items
}

test('a list that grew takes far less when it is tight, and holds the same', () => {
  expect(tight(grown('ngrok'))).toEqual(['ngrok'])
  expect(sizeOf((item) => tight(grown(item)))).toBeLessThan(sizeOf(grown) / 2)
})

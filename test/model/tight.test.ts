import { expect, test } from 'vitest'
import { tight } from '../../src/model/tight.ts'
import { sizeOf } from '../support/heap.ts'

function grown(item: string): string[] {
  const items: string[] = []
  items.push(item)
  return items
}

test('a list that grew takes far less when it is tight, and holds the same', () => {
  expect(tight(grown('ngrok'))).toEqual(['ngrok'])
  expect(sizeOf(() => tight(grown('ngrok')))).toBeLessThan(sizeOf(() => grown('ngrok')) / 2)
})

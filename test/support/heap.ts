import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
setFlagsFromString('--no-expose-gc')

/** Bytes of the heap that each of so many takes, with all that it alone leads to. */
export function sizeOf(make: (index: number) => unknown, many = 50_000): number {
  const kept: unknown[] = Array.from({ length: many }, () => 0)
  collect()
  const before = getHeapStatistics().used_heap_size
  for (let index = 0; index < many; index++) kept[index] = make(index)
  collect()
  return (getHeapStatistics().used_heap_size - before) / kept.length
}

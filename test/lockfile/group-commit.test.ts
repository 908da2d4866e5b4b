import { err, ok, type Result } from 'neverthrow'
import { expect, test } from 'vitest'
import { GroupCommit } from '../../src/lockfile/group-commit.ts'
import { errorOf } from './samples.ts'

/** A group commit over a counter, whose writes end when told to. */
function aCommit() {
  let state = 0
  const written: number[] = []
  const endings: ((result: Result<void, string>) => void)[] = []
  const commit = new GroupCommit<string>(() => {
    written.push(state)
    const { promise, resolve } = Promise.withResolvers<Result<void, string>>()
    endings.push(resolve)
    return promise
  })
  const change = () => {
    state++
    commit.change()
    return commit.save()
  }
  const nextWrite = async (): Promise<(result: Result<void, string>) => void> => {
    while (endings.length === 0) await new Promise(setImmediate)
    return endings.shift()!
  }
  return { commit, change, written, nextWrite }
}

test('a burst of changes is one write', async () => {
  const { change, written, nextWrite } = aCommit()
  const burst = [change(), change(), change()]
  ;(await nextWrite())(ok())
  expect((await Promise.all(burst)).every((result) => result.isOk())).toBe(true)
  expect(written).toEqual([3])
})

test('changes during a write gather for one more, which begins when the first has ended', async () => {
  const { change, written, nextWrite } = aCommit()
  const first = change()
  const end = await nextWrite()
  const later = [change(), change(), change()]
  await new Promise(setImmediate)
  expect(written).toEqual([1])
  end(ok())
  await first
  ;(await nextWrite())(ok())
  await Promise.all(later)
  expect(written).toEqual([1, 4])
})

test('saving without a change writes nothing, and during a write waits for it', async () => {
  const { commit, change, written, nextWrite } = aCommit()
  await commit.save()
  const first = change()
  const end = await nextWrite()
  const order: string[] = []
  const saved = commit.save().map(() => order.push('saved'))
  order.push('ending')
  end(ok())
  await Promise.all([first, saved])
  await commit.save()
  expect(order).toEqual(['ending', 'saved'])
  expect(written).toEqual([1])
})

test('a failed write fails for its group alone, and the next write makes up for it', async () => {
  const { commit, change, written, nextWrite } = aCommit()
  const failing = [change(), change()]
  const end = await nextWrite()
  const later = change()
  end(err('full'))
  for (const result of await Promise.all(failing)) expect(errorOf(result)).toBe('full')
  ;(await nextWrite())(ok())
  expect((await later).isOk()).toBe(true)
  await commit.save()
  expect(written).toEqual([2, 3])
})

test('what a failed write left unsaved is written when somebody saves', async () => {
  const { commit, change, written, nextWrite } = aCommit()
  const failing = change()
  ;(await nextWrite())(err('full'))
  await failing
  const saved = commit.save()
  ;(await nextWrite())(ok())
  expect((await saved).isOk()).toBe(true)
  expect(written).toEqual([1, 1])
})

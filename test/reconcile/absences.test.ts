import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Absences } from '../../src/reconcile/absences.ts'

const GRACE_MS = 1_000

const gone = () => true

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

describe('what is gone', () => {
  test('is ripe after its grace, and waited for until then', () => {
    const absences = new Absences(() => GRACE_MS)
    expect(absences.note(['web'], gone)).toBe(true)
    absences.looked()
    expect([absences.isRipe('web'), absences.nextRipe()]).toEqual([false, GRACE_MS])
    vi.advanceTimersByTime(GRACE_MS - 1)
    expect([absences.isRipe('web'), absences.nextRipe()]).toEqual([false, 1])
    vi.advanceTimersByTime(1)
    expect([absences.isRipe('web'), absences.nextRipe()]).toEqual([true, 0])
  })

  test('is not forgotten where its grace ends while other things are done, and not waited for once it was looked at', () => {
    const absences = new Absences(() => GRACE_MS)
    absences.note(['web'], gone)
    absences.looked()
    vi.advanceTimersByTime(5 * GRACE_MS)
    expect(absences.nextRipe()).toBe(0)
    absences.looked()
    expect(absences.nextRipe()).toBeUndefined()
    expect(absences.isRipe('web')).toBe(true)
  })

  test('is never waited for without a grace', () => {
    const absences = new Absences(() => 0)
    absences.note(['web'], gone)
    expect([absences.isRipe('web'), absences.nextRipe()]).toEqual([true, undefined])
  })

  test('is not waited for when it is back, or not known any more', () => {
    for (const answer of [false, undefined]) {
      const absences = new Absences(() => GRACE_MS)
      absences.note(['web'], gone)
      expect(absences.note(['web'], () => answer)).toBe(false)
      expect(absences.nextRipe()).toBeUndefined()
    }
  })
})

import { describe, expect, test } from 'vitest'
import { Health } from '../../src/daemon/health.ts'
import type { SyncEvent } from '../../src/model/events.ts'

const listed: SyncEvent = { event: 'gateway.listed', configurations: 1, pages: 1, durationMs: 5 }

/** A daemon that resyncs every five minutes, on a clock of its own. */
function live() {
  let now = 0
  const health = new Health(300_000, () => now)
  return { health, pass: (ms: number) => void (now += ms) }
}

describe('reconciling', () => {
  test('is well from the start, for three intervals', () => {
    const { health, pass } = live()
    expect(health.document(true)).toEqual({ healthy: true, problems: [] })
    pass(900_000)
    expect(health.document(true).healthy).toBe(true)
  })

  test('is not once the gateway was not listed for longer, and is again when it is', () => {
    const { health, pass } = live()
    pass(900_000)
    health.hear(listed)
    pass(900_001)
    expect(health.document(true)).toEqual({
      healthy: false,
      problems: ['the gateway was not listed for 15 min, while that is to happen every 5 min'],
    })
    health.hear(listed)
    expect(health.document(true).healthy).toBe(true)
  })

  test('that is to happen more often from now on has not been missed yet, and is when it does not come', () => {
    const { health, pass } = live()
    pass(600_000)
    health.retime(1_000)
    pass(3_000)
    expect(health.document(true).healthy).toBe(true)
    pass(1)
    expect(health.document(true).problems).toEqual(['the gateway was not listed for 10 min, while that is to happen every 1 s'])
  })

  test('is not while the folder is gone', () => {
    const { health } = live()
    health.hear({ event: 'source.missing', dir: '/configs' })
    expect(health.document(true).problems).toEqual(['the folder /configs is gone: nothing is concluded from that'])
    health.hear({ event: 'source.found', dir: '/configs' })
    expect(health.document(true).healthy).toBe(true)
  })

  test('is not once the folder cannot be watched any more, until a restart', () => {
    const { health } = live()
    health.hear({ event: 'source.degraded', msg: 'The folder cannot be watched: ENOSPC.' })
    health.hear(listed)
    expect(health.document(true).problems).toEqual(['The folder cannot be watched: ENOSPC.'])
  })

  test('is not while it is stuck, and every problem is told', () => {
    const { health, pass } = live()
    health.hear({ event: 'source.missing', dir: '/configs' })
    pass(900_001)
    expect(health.document(false).problems).toHaveLength(3)
  })
})

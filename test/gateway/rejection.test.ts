import { err, ok } from 'neverthrow'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { noConnection, refused, trial } from './gate-trial.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const rejected = err(refused(401))

/** A gate that has seen the token taken. */
function accepted(...args: Parameters<typeof trial>) {
  const tried = trial(...args)
  tried.observe(undefined)
  return tried
}

describe('a request that is refused with', () => {
  test.each([[401], [403]])('%i holds everything at once, and a probe tells whether the token is rejected', async (status) => {
    const { log, observe } = accepted([rejected])
    observe(refused(status), 'write')
    expect(log).toEqual(['0 hold'])
    await vi.advanceTimersByTimeAsync(1)
    expect(log).toEqual(['0 hold', '0 probe', '0 gateway.rejected'])
  })

  test.each([[400], [404], [409], [422], [429]])('%i holds nothing', async (status) => {
    const { log, observe } = accepted([rejected])
    observe(refused(status), 'write')
    await vi.runAllTimersAsync()
    expect(log).toEqual([])
  })

  test('403 for the rate limit holds nothing', () => {
    const { log, observe } = accepted([rejected])
    observe({ type: 'refused', status: 403, errorCode: 'ERR_NGROK_226', msg: 'slow down' })
    expect(log).toEqual([])
  })
})

describe('a rejected token', () => {
  test('is tried ever more seldom up to 5 min, until it is taken', async () => {
    const { log, dropped, observe } = accepted([...Array.from({ length: 7 }, () => rejected), ok(undefined)])
    observe(refused(401))
    await vi.runAllTimersAsync()
    expect(log).toEqual([
      '0 hold',
      '0 probe',
      '0 gateway.rejected',
      ...[30, 90, 210, 450, 750, 1_050, 1_350].map((seconds) => `${seconds}000 probe`),
      '1350000 gateway.recovered',
      '1350000 open',
      '1350000 returned',
    ])
    expect(dropped).toEqual([])
  })

  test('is not tried sooner than the gateway asks for', async () => {
    const { log, observe } = accepted([err({ type: 'refused', status: 401, msg: '', retryAfterMs: 120_000 }), ok(undefined)])
    observe(refused(401))
    await vi.runAllTimersAsync()
    expect(log.slice(3, 4)).toEqual(['120000 probe'])
  })

  test('is tried at once when there is another one', async () => {
    const { gate, log, observe } = accepted([rejected, ok(undefined)])
    observe(refused(401))
    await vi.advanceTimersByTimeAsync(5_000)
    gate.renewed()
    await vi.advanceTimersByTimeAsync(1)
    expect(log.slice(3)).toEqual(['5000 probe', '5000 gateway.recovered', '5000 open', '5000 returned'])
  })

  test('is looked for again before each probe', async () => {
    const { log, observe } = accepted([rejected, rejected, ok(undefined)], { renews: [false, false, true] })
    observe(refused(401))
    await vi.runAllTimersAsync()
    expect(log.slice(3)).toEqual(['30000 probe', '90000 probe', '90000 gateway.recovered', '90000 open', '90000 returned'])
  })

  test('that is followed by another rejected one is told again, and waited for from the beginning', async () => {
    const { gate, log, observe } = accepted([rejected, rejected, rejected, ok(undefined)])
    observe(refused(401))
    await vi.advanceTimersByTimeAsync(40_000)
    gate.renewed()
    await vi.runAllTimersAsync()
    expect(log.slice(2)).toEqual([
      '0 gateway.rejected',
      '30000 probe',
      '40000 probe',
      '40000 gateway.rejected',
      '70000 probe',
      '70000 gateway.recovered',
      '70000 open',
      '70000 returned',
    ])
  })

  test('ends the impatient with its refusal, after one probe', async () => {
    const { log, dropped, observe } = accepted([rejected], { probes: 3 })
    observe(refused(403), 'write')
    await vi.runAllTimersAsync()
    expect(log).toEqual(['0 hold', '0 probe', '0 gateway.rejected', '0 open'])
    expect(dropped).toEqual([refused(401)])
  })

  test.each([
    ['endless', Infinity],
    ['bounded', 3],
  ])('that was never taken is neither waited for nor told, with %s patience', async (_, probes) => {
    const { log, dropped, observe } = trial([rejected], { probes })
    observe(refused(401))
    await vi.runAllTimersAsync()
    expect(log).toEqual([])
    expect(dropped).toEqual([refused(401)])
  })

  test('that was never taken is found behind an outage, and given up', async () => {
    const { log, dropped, observe } = trial([err(noConnection), rejected])
    observe(noConnection)
    await vi.runAllTimersAsync()
    expect(log).toEqual(['0 hold', '0 gateway.unreachable', '500 probe', '1500 probe', '1500 open'])
    expect(dropped).toEqual([refused(401)])
  })

  test('is found behind an outage, and the outage behind it, each told once', async () => {
    const { log, dropped, observe } = accepted([rejected, err(refused(503)), rejected, ok(undefined)])
    observe(noConnection)
    await vi.runAllTimersAsync()
    expect(log).toEqual([
      '0 hold',
      '0 gateway.unreachable',
      '500 probe',
      '500 gateway.rejected',
      '30500 probe',
      '30500 gateway.unreachable',
      '31000 probe',
      '31000 gateway.rejected',
      '61000 probe',
      '61000 gateway.recovered',
      '61000 open',
      '61000 returned',
    ])
    expect(dropped).toEqual([])
  })

  test('is not told again by those that left before it was replaced', async () => {
    const { gate, log, observe } = accepted([rejected, ok(undefined)])
    const { epoch } = gate
    observe(refused(401))
    await vi.runAllTimersAsync()
    const before = log.length
    gate.observe(refused(401), { kind: 'write', epoch })
    await vi.runAllTimersAsync()
    expect(log).toHaveLength(before)
  })

  test('is left alone once the gate is closed', async () => {
    const { gate, log, observe } = accepted([rejected])
    observe(refused(401))
    await vi.advanceTimersByTimeAsync(1)
    gate.close()
    gate.renewed()
    await vi.runAllTimersAsync()
    expect(log).toEqual(['0 hold', '0 probe', '0 gateway.rejected'])
    expect(vi.getTimerCount()).toBe(0)
  })
})

/** Has writes refused one after the other, each as soon as the gate is open. */
async function refuseWrites({ observe, log }: ReturnType<typeof trial>, amount: number) {
  for (let left = amount; left > 0; left--) {
    observe(refused(403), 'write')
    await vi.runAllTimersAsync()
  }
  return log
}

describe('a token that is taken for reading alone', () => {
  test('is held a while longer with each write that is refused, up to 5 min, and told once', async () => {
    const log = await refuseWrites(accepted([ok(undefined)]), 12)
    expect(log.filter((line) => !line.endsWith(' open') && !line.endsWith(' hold'))).toEqual([
      '0 probe',
      '0 gateway.rejected for writing',
      ...[1, 3, 7, 15, 31, 63, 127, 255, 511, 811, 1_111].map((seconds) => `${seconds}000 probe`),
    ])
    expect(log.at(-1)).toBe('1111000 open')
  })

  test('is not told for one write that is refused', async () => {
    expect(await refuseWrites(accepted([ok(undefined)]), 1)).toEqual(['0 hold', '0 probe', '0 open'])
  })

  test('is not thought of where reads alone are refused', async () => {
    const { log, observe } = accepted([ok(undefined)])
    for (let left = 3; left > 0; left--) {
      observe(refused(403))
      await vi.runAllTimersAsync()
    }
    expect(log).toEqual(['0 hold', '0 probe', '0 open', '0 hold', '0 probe', '0 open', '0 hold', '0 probe', '0 open'])
  })

  test('does not hold up others for long because of one write that is refused now and then', async () => {
    const tried = accepted([ok(undefined)])
    for (let left = 4; left > 0; left--) {
      await refuseWrites(tried, 1)
      await vi.advanceTimersByTimeAsync(300_000)
    }
    expect(tried.log.filter((line) => line.endsWith('probe'))).toEqual([
      '0 probe',
      '300000 probe',
      '600000 probe',
      '900000 probe',
    ])
    expect(tried.log.filter((line) => line.includes('rejected'))).toEqual(['300000 gateway.rejected for writing'])
  })

  test('is well again with the first write that succeeds', async () => {
    const tried = accepted([ok(undefined)])
    await refuseWrites(tried, 3)
    tried.observe(undefined, 'write')
    expect(tried.log.slice(-2)).toEqual(['3000 gateway.recovered', '3000 returned'])
    await refuseWrites(tried, 1)
    expect(tried.log.slice(-3)).toEqual(['3000 hold', '3000 probe', '3000 open'])
  })

  test('and is then rejected altogether, is well again once it is taken, which is told once', async () => {
    const tried = accepted([ok(undefined), ok(undefined), rejected, ok(undefined)])
    await refuseWrites(tried, 3)
    tried.observe(undefined, 'write')
    expect(tried.log.filter((line) => line.includes('gateway.'))).toEqual([
      '0 gateway.rejected for writing',
      '3000 gateway.rejected',
      '33000 gateway.recovered',
    ])
  })

  test('is not well again with a read that succeeds', async () => {
    const tried = accepted([ok(undefined)])
    await refuseWrites(tried, 2)
    const before = tried.log.length
    tried.observe(undefined)
    expect(tried.log).toHaveLength(before)
  })

  test('may be replaced: what was refused is asked again at once', async () => {
    const tried = accepted([ok(undefined)])
    await refuseWrites(tried, 2)
    tried.gate.renewed()
    expect(tried.log.at(-1)).toBe('1000 returned')
    tried.observe(undefined, 'write')
    expect(tried.log.slice(-2)).toEqual(['1000 gateway.recovered', '1000 returned'])
  })

  test('may be replaced while it is held', async () => {
    const tried = accepted([ok(undefined)])
    await refuseWrites(tried, 8)
    tried.observe(refused(403), 'write')
    tried.gate.renewed()
    const before = tried.log.length
    await vi.advanceTimersByTimeAsync(1)
    expect(tried.log.slice(before)).toEqual(['127000 probe', '127000 open', '127000 returned'])
  })

  test('ends the impatient with the second refusal', async () => {
    const tried = accepted([ok(undefined)], { probes: 3 })
    const log = await refuseWrites(tried, 2)
    expect(log).toEqual(['0 hold', '0 probe', '0 open', '0 gateway.rejected for writing'])
    expect(tried.dropped).toEqual([refused(403)])
  })
})

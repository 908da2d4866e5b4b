import { ok } from 'neverthrow'
import { describe, expect, test } from 'vitest'
import { parseFaults, parseLatency, parseRateLimit } from '../../src/emulator/switches.ts'

describe('--faults', () => {
  test.each([
    ['reset=5%', { reset: 0.05 }],
    ['reset=5%,lost=0.5%, error=10%', { reset: 0.05, lost: 0.005, error: 0.1 }],
    ['throttle=70%,unavailable=20%,timeout=10%', { throttle: 0.7, unavailable: 0.2, timeout: 0.1 }],
    ['late=5%', { late: 0.05 }],
    ['error=100%', { error: 1 }],
  ])('reads %s', (text, faults) => {
    expect(parseFaults(text)).toEqual(ok(faults))
  })

  test.each([
    ['', /reset, lost, error, throttle, unavailable, timeout, late, got ``/],
    ['reset', /such as `reset=5%,lost=5%`/],
    ['reset=5', /such as/],
    ['reset=-5%', /such as/],
    ['rest=5%', /of reset, lost/],
    ['toString=5%', /of reset, lost/],
    ['reset=5%,', /such as/],
    ['reset=5%,reset=5%', /each fault once/],
    ['reset=60%,lost=60%', /at most 100%/],
  ])('does not read %j', (text, msg) => {
    expect(parseFaults(text)).toMatchObject({ error: { switch: '--faults', msg: expect.stringMatching(msg) } })
  })
})

describe('--latency', () => {
  test.each([
    ['200ms', 200],
    ['1.5s', 1500],
    ['0ms', 0],
  ])('reads %s', (text, ms) => {
    expect(parseLatency(text)).toEqual(ok(ms))
  })

  test.each(['200', 'fast', '2h', '-1s'])('does not read %j', (text) => {
    expect(parseLatency(text)).toMatchObject({
      error: {
        switch: '--latency',
        msg: `Expected \`--latency\` to be a time up to an hour, such as \`200ms\` or \`1.5s\`, got \`${text}\`.`,
      },
    })
  })
})

describe('--rate-limit', () => {
  test('reads 120/60s', () => {
    expect(parseRateLimit('120/60s')).toEqual(ok({ requests: 120, windowMs: 60_000 }))
  })

  test.each(['120', '0/60s', '120/60', 'off'])('does not read %j', (text) => {
    expect(parseRateLimit(text)).toMatchObject({ error: { switch: '--rate-limit', msg: expect.stringContaining(text) } })
  })
})

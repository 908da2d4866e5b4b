import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Body, LARGEST_BODY } from '../../src/gateway/body.ts'

test('a body is what came, in whatever pieces, where that is UTF-8', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 50_000 }), { maxLength: 5 }),
      fc.string({ unit: 'binary' }),
      (pieces, text) => {
        const all = [...pieces, Buffer.from(text)].map((piece) => Buffer.from(piece))
        const body = new Body()
        expect(all.every((piece) => body.add(piece))).toBe(true)
        const whole = Buffer.concat(all)
        const back = body.text()
        if (back !== undefined) expect(Buffer.from(back).equals(whole)).toBe(true)
        else expect(() => new TextDecoder('utf-8', { fatal: true }).decode(whole)).toThrow(TypeError)
      },
    ),
  )
})

test('a character may come in pieces', () => {
  const body = new Body()
  for (const byte of Buffer.from('ü€😀')) body.add(Buffer.of(byte))
  expect(body.text()).toBe('ü€😀')
})

test('a body has as many bytes as it may, and not one more', () => {
  const body = new Body()
  expect(body.add(Buffer.alloc(LARGEST_BODY, 'x'))).toBe(true)
  expect(body.text()).toHaveLength(LARGEST_BODY)
  expect(body.add(Buffer.from('x'))).toBe(false)
  expect(body.text()).toBe('')
})

test('what came is copied: the connection may use its memory again', () => {
  const piece = Buffer.from('one')
  const body = new Body()
  body.add(piece)
  piece.fill('x')
  expect(body.text()).toBe('one')
})

test('a body that comes in one piece has no more room than it needs', () => {
  const before = process.memoryUsage().arrayBuffers
  const bodies = Array.from({ length: 1_000 }, () => new Body())
  const piece = Buffer.alloc(500, 'x')
  for (const body of bodies) body.add(piece)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2_000_000)
  expect(new Set(bodies.map((body) => body.text()))).toEqual(new Set([piece.toString()]))
})

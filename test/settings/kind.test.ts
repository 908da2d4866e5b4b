import { describe, expect, test } from 'vitest'
import { boolean, choice, count, duration, path, rate, text } from '../../src/settings/kind.ts'
import { gatewayUrl, isLoopback, isOpenToOthers } from '../../src/settings/url.ts'

const read: readonly (readonly [string, { read: (given: unknown, base: string) => unknown }, unknown, unknown])[] = [
  ['path', path, 'configs', '/base/configs'],
  ['path', path, '../x', '/x'],
  ['path', path, '/abs', '/abs'],
  ['path', path, '', undefined],
  ['path', path, 'a\0b', undefined],
  ['path', path, 7, undefined],
  ['text', text(/^[a-z]{1,3}$/, ''), 'abc', 'abc'],
  ['text', text(/^[a-z]{1,3}$/, ''), 'abcd', undefined],
  ['choice', choice(['a', 'b']), 'b', 'b'],
  ['choice', choice(['a', 'b']), 'A', undefined],
  ['choice', choice(['a', 'b']), ['a'], undefined],
  ['duration', duration('1s', '1m'), '1s', 1_000],
  ['duration', duration('1s', '1m'), '1m', 60_000],
  ['duration', duration('1s', '1m'), '999ms', undefined],
  ['duration', duration('1s', '1m'), '61s', undefined],
  ['duration', duration('1s', '1m'), 5, undefined],
  ['count', count(1, 10), 10, 10],
  ['count', count(1, 10), '7', 7],
  ['count', count(1, 10), 0, undefined],
  ['count', count(1, 10), '11', undefined],
  ['count', count(1, 10), 1.5, undefined],
  ['count', count(1, 10), '1e1', undefined],
  ['count', count(1, 10), '', undefined],
  ['count', count(1, 10), true, undefined],
  ['rate', rate, '110/60s', { requests: 110, windowMs: 60_000 }],
  ['rate', rate, 'off', 'off'],
  ['rate', rate, '1/61m', undefined],
  ['rate', rate, false, undefined],
  ['boolean', boolean, true, true],
  ['boolean', boolean, 'false', false],
  ['boolean', boolean, 'yes', undefined],
  ['boolean', boolean, 1, undefined],
]

test.each(read)('%s: %#', (_name, kind, given, expected) => {
  expect(kind.read(given, '/base')).toEqual(expected)
})

describe('the address of the gateway', () => {
  test.each([
    ['https://api.ngrok.ai', 'https://api.ngrok.ai'],
    ['https://api.ngrok.ai/', 'https://api.ngrok.ai'],
    ['https://proxy.example/gateway//', 'https://proxy.example/gateway'],
    ['http://localhost:8080', 'http://localhost:8080'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://127.1:8080', 'http://127.0.0.1:8080'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
    ['http://gateway.internal:8080/', 'http://gateway.internal:8080'],
  ])('%s is taken as %s', (given, expected) => {
    expect(gatewayUrl.read(given, '/')).toBe(expected)
  })

  test.each([
    'api.ngrok.ai',
    'http://user@10.0.0.1',
    'ftp://api.ngrok.ai',
    'file:///etc/passwd',
    'https://user@api.ngrok.ai',
    'https://user:secret@api.ngrok.ai',
    'https://api.ngrok.ai?',
    'https://api.ngrok.ai?token=x',
    'https://api.ngrok.ai#x',
    '',
    7,
  ])('%s is not', (given) => {
    expect(gatewayUrl.read(given, '/')).toBeUndefined()
  })
})

test.each([
  'http://api.ngrok.ai',
  'http://10.0.0.1',
  'http://0.0.0.0:8080',
  'http://localhost.example.com',
  'http://127.0.0.1.example.com',
  'http://[::ffff:127.0.0.1]',
  'http://localhost.',
])('what is sent to %s can be read by others', (url) => {
  expect([isOpenToOthers(url), isLoopback(url)]).toEqual([true, false])
})

test.each([
  'http://localhost:8080',
  'http://127.0.0.1',
  'http://127.1',
  'http://[::1]:1',
  'https://api.ngrok.ai',
  'https://127.0.0.1',
])('what is sent to %s can not', (url) => {
  expect(isOpenToOthers(url)).toBe(false)
})

import { expect, test } from 'vitest'
import { listenAddress } from '../../src/settings/listen-address.ts'

test.each([
  ['127.0.0.1:9464', { host: '127.0.0.1', port: 9464 }],
  ['[::1]:9464', { host: '::1', port: 9464 }],
  ['[::ffff:127.0.0.1]:1', { host: '::ffff:127.0.0.1', port: 1 }],
  ['0.0.0.0:65535', { host: '0.0.0.0', port: 65_535 }],
  ['localhost:0', { host: 'localhost', port: 0 }],
  ['gateway-1.example:80', { host: 'gateway-1.example', port: 80 }],
])('%s is an address to listen on', (given, address) => {
  expect(listenAddress.read(given, '/')).toEqual(address)
})

test.each([
  '',
  '9464',
  ':9464',
  '127.0.0.1',
  '127.0.0.1:',
  '127.0.0.1:65536',
  '127.0.0.1:-1',
  '127.0.0.1:0x50',
  '127.0.0.256:80',
  '1.2.3:80',
  '::1:9464',
  '[::g]:80',
  '[127.0.0.1]:80',
  '*:80',
  'user@host:80',
  'host/path:80',
  'a b:80',
  'host\n:80',
  '0x7f.0x1:80',
  `${'a.'.repeat(127)}aa:80`,
  9464,
  null,
  ['127.0.0.1:80'],
])('%j is none', (given) => {
  expect(listenAddress.read(given, '/')).toBeUndefined()
})

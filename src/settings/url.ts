import type { Kind } from './kind.ts'

/**
 * The gateway's address. The token goes there with every request: in the clear only to this machine, and never in the address
 * itself, which is logged and kept in the lockfile.
 */
export const gatewayUrl: Kind<string> = {
  placeholder: 'url',
  expected: 'an https URL (plain http only to this machine: localhost, 127.0.0.1, [::1]) without credentials, query or fragment',
  read: (given) => {
    if (typeof given !== 'string' || !URL.canParse(given) || /[?#]/.test(given)) return undefined
    const url = new URL(given)
    if (url.username !== '' || url.password !== '' || !isSafe(url)) return undefined
    return url.href.replace(/\/+$/, '')
  },
}

/** Whether the URL leads to this machine. */
export function isLoopback(url: string): boolean {
  return LOOPBACK.test(new URL(url).hostname)
}

function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname))
}

/** As the URL parser normalises host names: `127.1` is `127.0.0.1` by then. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

import type { Kind } from './kind.ts'

/** The gateway's address. The token goes there with every request, and never stands in it: it is logged and kept in the lockfile. */
export const gatewayUrl: Kind<string> = {
  placeholder: 'url',
  expected:
    'an https URL (plain http only to this machine: localhost, 127.0.0.1, [::1]; or with allowHttp) without credentials, query or fragment',
  read: (given) => {
    if (typeof given !== 'string' || !URL.canParse(given) || /[?#]/.test(given)) return undefined
    const url = new URL(given)
    if (url.username !== '' || url.password !== '' || !/^https?:$/.test(url.protocol)) return undefined
    return url.href.replace(/\/+$/, '')
  },
}

/** Where to tell operators. What is in its path or query may be what keeps others from posting there: no message shows it. */
export const webhookUrl: Kind<string> = {
  placeholder: 'url',
  expected: 'an https URL (plain http only to this machine) without credentials or fragment',
  read: (given) => {
    if (typeof given !== 'string' || !URL.canParse(given) || given.includes('#')) return undefined
    const url = new URL(given)
    if (url.username !== '' || url.password !== '' || !/^https?:$/.test(url.protocol)) return undefined
    return isOpenToOthers(given) ? undefined : url.href
  },
}

/** Whether what is sent to the URL could be read on its way: it goes to another machine, and over plain http. */
export function isOpenToOthers(url: string): boolean {
  return new URL(url).protocol !== 'https:' && !isLoopback(url)
}

/** Whether the URL leads to this machine. */
export function isLoopback(url: string): boolean {
  return LOOPBACK.test(new URL(url).hostname)
}

/** As the URL parser normalises host names: `127.1` is `127.0.0.1` by then. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

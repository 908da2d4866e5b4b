import type { Kind } from './kind.ts'

/** Where to listen. */
export interface ListenAddress {
  /** A name, or an IP address without brackets. */
  readonly host: string
  /** 0: one that is free. */
  readonly port: number
}

/** Written `host:port`, an IPv6 address in brackets. */
export const listenAddress: Kind<ListenAddress> = {
  placeholder: 'host:port',
  expected: 'host:port, such as 127.0.0.1:9464 or [::1]:9464, with a port from 0 (one that is free) to 65535',
  read: (given) => {
    const [, host = '', digits = ''] = (typeof given === 'string' && /^(.+):(\d{1,5})$/.exec(given)) || []
    const isHost = (isAddress(host) || isName(host)) && URL.canParse(`http://${host}`)
    return isHost && Number(digits) <= 65_535 ? { host: host.replace(/^\[(.+)\]$/, '$1'), port: Number(digits) } : undefined
  },
}

/** The shape of one: whether the numbers are right the URL parser knows. */
function isAddress(host: string): boolean {
  return /^\[[\da-f:.]+\]$|^\d+(?:\.\d+){3}$/i.test(host)
}

/** A host name as DNS has them. One that ends in a number would be an IP address to a browser. */
function isName(host: string): boolean {
  return host.length <= 253 && /^(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)*[a-z](?:[a-z\d-]{0,61}[a-z\d])?$/i.test(host)
}

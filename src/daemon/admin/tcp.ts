import { once } from 'node:events'
import type { IncomingMessage, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { attempt } from '../../lockfile/system.ts'
import type { Report } from '../../model/events.ts'
import type { ListenAddress } from '../../settings/listen-address.ts'
import { makeServer, shut } from './http.ts'
import { type Answer, type Guard, refusal, type Routes, wrongMethod } from './respond.ts'
import type { Admin } from './server.ts'

/**
 * Listens over TCP, for whoever can reach the address: nothing can be changed there, and nothing asks who it is.
 * @returns undefined where that cannot be had, which is reported: the daemon goes on
 */
export async function openTcp(address: ListenAddress, routes: Routes, report: Report): Promise<Admin | undefined> {
  const opened = await attempt(async () => {
    const server = makeServer(routes, readOnly(address.host))
    const port = await listen(server, address)
    const url = urlOf({ ...address, port })
    server.on('error', ({ message }) => report({ event: 'admin.failed', url, msg: message }))
    report({ event: 'admin.listening', url })
    return { close: () => shut(server) }
  })
  if (opened.isOk()) return opened.value
  const { msg, code } = opened.error
  report({ event: 'admin.failed', url: urlOf(address), msg, errorCode: code })
  return undefined
}

async function listen(server: Server, { host, port }: ListenAddress): Promise<number> {
  const listening = once(server, 'listening')
  server.listen({ host, port })
  server.unref()
  await listening
  return (server.address() as AddressInfo).port
}

function urlOf({ host, port }: ListenAddress): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/`
}

/**
 * What a browser on the host can be made to ask by a page of somebody else stays without an answer: a name that such a page pointed at
 * us (DNS rebinding) is none of ours, and what it asks from its own place says so. A link to the page may stand anywhere.
 */
export function readOnly(host: string): Guard {
  return ({ method, url, headers }) => {
    if (method !== 'GET') return wrongMethod(['GET'])
    if (url === '/healthz' || url === '/metrics') return undefined // neither names anything
    return strangeHost(headers, host) ?? (url === '/' ? undefined : strangeSite(headers))
  }
}

function strangeHost({ host: named = '' }: IncomingMessage['headers'], host: string): Answer | undefined {
  const name = named.replace(/:\d*$/, '').toLowerCase()
  if (IP_ADDRESS.test(name) || name === 'localhost' || name === host.toLowerCase()) return undefined
  return refusal(403, `expected an IP address, localhost or the host of adminListen in the URL`)
}

/** An address cannot be pointed elsewhere. */
const IP_ADDRESS = /^(?:\d+(?:\.\d+){3}|\[[\da-f:.]+\])$/

function strangeSite({ 'sec-fetch-site': site }: IncomingMessage['headers']): Answer | undefined {
  if (site === undefined || site === 'same-origin' || site === 'none') return undefined
  return refusal(403, 'expected to be asked by the status page itself')
}

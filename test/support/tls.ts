/** An HTTPS server with a certificate that nobody vouches for. */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

export interface TlsServer {
  readonly port: number
  /** The path of the certificate, as PEM. */
  readonly certificate: string
}

/** RFC 5280's `YYYYMMDDHHMMSSZ`. */
export interface Validity {
  readonly from: string
  readonly to: string
}

/** @param validity of its certificate; left out: today */
export async function serveTls(listener: RequestListener, validity?: Validity): Promise<TlsServer> {
  const folder = mkdtempSync(join(tmpdir(), 'aigw-sync-tls-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1']
  const subject = ['-subj', '/CN=test', '-addext', 'subjectAltName=IP:127.0.0.1']
  execFileSync('openssl', [...request, ...subject, '-keyout', key, '-out', certificate], { stdio: 'ignore' })
  if (validity) revalidate(folder, validity)
  const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, listener)
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, certificate }
}

/** Signs the certificate anew, for another time: only `openssl ca` lets that be said. */
function revalidate(folder: string, { from, to }: Validity): void {
  const at = (name: string): string => join(folder, name)
  writeFileSync(at('index'), '')
  const sections = [
    ['[ca]', 'default_ca = here'],
    [
      '[here]',
      `database = ${at('index')}`,
      `new_certs_dir = ${folder}`,
      'rand_serial = yes',
      'default_md = sha256',
      'policy = any',
    ],
    ['x509_extensions = names', '[any]', 'commonName = supplied', '[names]', 'subjectAltName = IP:127.0.0.1'],
  ]
  writeFileSync(at('ca.cnf'), sections.flat().join('\n'))
  const key = ['-keyfile', at('key.pem')]
  execFileSync('openssl', ['req', '-new', '-key', at('key.pem'), '-subj', '/CN=test', '-out', at('request.pem')], {
    stdio: 'ignore',
  })
  const asked = ['-config', at('ca.cnf'), '-in', at('request.pem'), '-out', at('cert.pem'), '-notext']
  execFileSync('openssl', ['ca', '-batch', '-selfsign', ...key, ...asked, '-startdate', from, '-enddate', to], {
    stdio: 'ignore',
  })
}

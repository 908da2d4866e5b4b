/**
 * Why no connection came about, with the way out where there is one to tell.
 * @param code of the system or of OpenSSL
 * @param msg in its words
 */
export function describeUnreachable(code: string, msg: string): string {
  const wayOut = WAYS_OUT.get(code) ?? (/^(?:ERR_SSL_|EPROTO$)/.test(code) ? NO_TLS : undefined)
  return wayOut === undefined ? msg : `${msg}: ${wayOut}`
}

const UNTRUSTED =
  'the certificate is signed by nobody that is trusted here; where a proxy or a gateway of your own is meant to be there, start aigw-sync with NODE_EXTRA_CA_CERTS=FILE, the certificate of its authority as PEM'

const WRONG_TIME = 'check the clock of this machine, and then the certificate of whoever answers'

const OTHER_NAME = 'whoever answers has a certificate for another name; check --api-url, and what is in between'

const NO_TLS = 'whoever answers speaks no TLS that is understood here; check the scheme and the port of --api-url'

/** By what OpenSSL and Node.js call it. */
const WAYS_OUT: ReadonlyMap<string, string> = new Map([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', UNTRUSTED],
  ['SELF_SIGNED_CERT_IN_CHAIN', UNTRUSTED],
  ['UNABLE_TO_GET_ISSUER_CERT', UNTRUSTED],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', UNTRUSTED],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', UNTRUSTED],
  ['CERT_UNTRUSTED', UNTRUSTED],
  ['CERT_HAS_EXPIRED', WRONG_TIME],
  ['CERT_NOT_YET_VALID', WRONG_TIME],
  ['ERR_TLS_CERT_ALTNAME_INVALID', OTHER_NAME],
  ['HOSTNAME_MISMATCH', OTHER_NAME],
])

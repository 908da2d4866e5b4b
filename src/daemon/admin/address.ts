import { type FileHandle, open } from 'node:fs/promises'
import { basename, dirname } from 'node:path'

/** Something to bind or connect a socket to, for as long as it is not let go. */
export interface Address {
  readonly path: string
  readonly letGo: () => Promise<void>
}

/** The socket of the daemon that works on a lockfile. @param target the file itself, where the lockfile's path is a link */
export function socketOf(target: string): string {
  return `${target}.sock`
}

/** The address of a socket that is to be made. Its folder is there. @throws system errors */
export async function addressToBind(socket: string): Promise<Address> {
  if (fits(socket)) return direct(socket)
  return through(await open(dirname(socket), 'r'), `/${basename(socket)}`)
}

/** The address of a socket that is there, however long its name. @throws system errors, `ENOENT` where there is none */
export async function addressToConnect(socket: string): Promise<Address> {
  return fits(socket) ? direct(socket) : through(await open(socket, O_PATH), '')
}

/** open(2): a handle on the name alone, which a socket can have as well. Node.js does not name it. */
const O_PATH = 0o10_000_000

/** unix(7): `sun_path` has 108 bytes, with the zero at its end; elsewhere there are four fewer. What is longer would be cut off. */
const LONGEST = process.platform === 'linux' ? 107 : 103

function fits(path: string): boolean {
  return Buffer.byteLength(path) <= LONGEST
}

function direct(path: string): Address {
  return { path, letGo: () => Promise.resolve() }
}

/** Linux has a short way to whatever is open. */
function through(handle: FileHandle, rest: string): Address {
  return { path: `/proc/self/fd/${handle.fd}${rest}`, letGo: () => handle.close() }
}

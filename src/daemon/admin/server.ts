import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { lstat, rename, rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import { dirname, join } from 'node:path'
import { attempt } from '../../lockfile/system.ts'
import { findTarget } from '../../lockfile/target.ts'
import type { Report } from '../../model/events.ts'
import { addressToBind, socketOf } from './address.ts'
import { makeServer, shut } from './http.ts'
import type { Routes } from './respond.ts'

/** A daemon's ear for those who may read its files. */
export interface Admin {
  /** Cuts what is under way, and removes the socket. */
  close(): Promise<void>
}

/**
 * Listens on a unix socket beside a lockfile (0600). For the holder of the lease alone: what is there under its name was left by a
 * daemon that was killed, and is replaced.
 * @returns undefined where there can be none, which is reported: the daemon goes on
 */
export async function openAdmin(lockfile: string, routes: Routes, report: Report): Promise<Admin | undefined> {
  const opened = await attempt(async () => {
    const server = makeServer(routes)
    const admin = await place(server, socketOf(await findTarget(lockfile)))
    server.on('error', ({ message }) => report({ event: 'admin.failed', msg: message }))
    return admin
  })
  if (opened.isErr()) report({ event: 'admin.failed', msg: opened.error.msg, errorCode: opened.error.code })
  return opened.unwrapOr(undefined)
}

/**
 * The socket takes its name only once it listens, in place of what had the name: nobody meets one that does not listen yet. It is
 * bound under another name, since closing removes whatever has the name that was bound: where the lease was lost, that may be the
 * socket of who has it now.
 */
async function place(server: Server, socket: string): Promise<Admin> {
  const draft = join(dirname(socket), `.aigw-sync-${randomBytes(6).toString('hex')}.sock`)
  const address = await addressToBind(draft)
  try {
    await listen(server, address.path)
    const { dev, ino } = await lstat(draft)
    await rename(draft, socket)
    return {
      close: () =>
        shut(server)
          .then(() => removeOurs(socket, { dev, ino }))
          .then(address.letGo),
    }
  } catch (error) {
    await shut(server)
    await address.letGo()
    throw error
  }
}

/** The mode is what the umask leaves of 0777: a `chmod` would come after the socket is there, and others could be quicker. */
async function listen(server: Server, path: string): Promise<void> {
  const listening = once(server, 'listening')
  const umask = process.umask(0o177)
  try {
    server.listen(path)
  } finally {
    process.umask(umask)
  }
  server.unref()
  await listening
}

/** What cannot be removed is replaced by the next start. */
async function removeOurs(socket: string, ours: { readonly dev: number; readonly ino: number }): Promise<void> {
  await attempt(async () => {
    const { dev, ino } = await lstat(socket)
    if (dev === ours.dev && ino === ours.ino) await rm(socket)
  })
}

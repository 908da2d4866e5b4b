/** What systemd does for the evaluator's socket (`Accept=yes`): a process for each connection, which is its standard input. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { EXECUTABLE } from './process.ts'

export interface Unit {
  readonly socket: string
  /** What was started, in order. */
  readonly programs: readonly ChildProcess[]
  readonly close: () => Promise<void>
}

/** Tests may say that Node is elsewhere. */
const NODE = process.execPath

/** @param socket where to listen; default: in a folder of its own */
export async function openUnit(socket?: string): Promise<Unit> {
  const programs: ChildProcess[] = []
  const start = (connection: Socket) => {
    const program = spawn(NODE, [EXECUTABLE, 'evaluator'], { env: {}, stdio: [connection, 'ignore', 'ignore'] })
    programs.push(program)
    connection.destroy() // ours; the program has its own
  }
  const { path, close } = await listen(start, socket)
  return {
    socket: path,
    programs,
    close: async () => {
      await close()
      for (const program of programs) program.kill('SIGKILL')
    },
  }
}

/** The same for one test. */
export async function useUnit(socket?: string): Promise<Unit> {
  const unit = await openUnit(socket)
  onTestFinished(unit.close)
  return unit
}

/** A unix socket at which somebody else answers, for one test. @param meet has nothing of the connection been read */
export async function useStranger(meet: (connection: Socket) => void): Promise<string> {
  const connections = new Set<Socket>()
  const { path, close } = await listen((connection) => {
    connections.add(connection)
    connection.on('error', () => {}) // they hang up on us
    meet(connection)
  })
  onTestFinished(async () => {
    for (const connection of connections) connection.destroy()
    await close()
  })
  return path
}

interface Listener {
  readonly path: string
  readonly close: () => Promise<void>
}

async function listen(meet: (connection: Socket) => void, socket?: string): Promise<Listener> {
  const folder = socket === undefined ? await mkdtemp(join(tmpdir(), 'aigw-sync-unit-')) : undefined
  const path = socket ?? join(folder ?? '', 'socket')
  const server: Server = createServer({ pauseOnConnect: true }, meet)
  server.listen(path)
  await once(server, 'listening')
  return {
    path,
    close: async () => {
      server.close()
      if (folder !== undefined) await rm(folder, { recursive: true })
    },
  }
}

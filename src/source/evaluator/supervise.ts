import type { Socket } from 'node:net'
import { childCommand } from './command.ts'
import type { Ending } from './connection.ts'
import { BESIDE_HEAP_MB, MemoryWatch } from './memory-watch.ts'
import { onEnd, type Spawned, spawnChild } from './process.ts'
import { type Greeting, type Hello, KIND, type Kind, MAX_HELLO, packets, parseHello, PROTOCOL } from './wire.ts'

/** How long whoever connects may take to say hello. */
const HELLO_MS = 10_000

/** How soon it is noticed that they went away while their requests wait for a child that is busy. */
const BEAT_MS = 250

const NEWLINE = 0x0a

/** How it went. */
export type Supervised = 'done' | 'no-hello'

/**
 * The evaluator's unit: runs one child for whoever is on the other end of the socket, hands on what the two say to one another
 * without a look into it, and ends the child when the connection ends. Holds no more than the pipes do.
 * @param version of this aigw-sync
 */
export async function supervise(socket: Socket, version: string): Promise<Supervised> {
  socket.on('error', ignore) // it closes
  const closed = new Promise<'closed'>((resolve) => void socket.on('close', () => resolve('closed')))
  const hello = await Promise.race([readHello(socket), closed])
  if (hello === 'closed') return 'done'
  if (hello === undefined) return 'no-hello'
  const greeting: Greeting = { protocol: PROTOCOL, version }
  socket.write(packets(KIND.greeting, Buffer.from(JSON.stringify(greeting))))
  if (hello === 'stranger') socket.resume() // they leave when they have read that
  else attend(socket, hello)
  await closed
  return 'done'
}

type Heard = ReturnType<typeof parseHello>

/** Leaves what follows the line in the socket. @returns undefined when another line came, or none in time */
function readHello(socket: Socket): Promise<Heard> {
  const { promise, resolve } = Promise.withResolvers<Heard>()
  let line = Buffer.alloc(0)
  const timer = setTimeout(() => conclude(undefined), HELLO_MS).unref()
  const take = (chunk: Buffer) => {
    line = Buffer.concat([line, chunk])
    const end = line.indexOf('\n')
    if (end === -1 && line.length <= MAX_HELLO) return
    conclude(end === -1 ? undefined : parseHello(line.toString('utf8', 0, end)))
    socket.unshift(line.subarray(end + 1))
  }
  const conclude = (hello: Heard) => {
    clearTimeout(timer)
    socket.off('data', take).pause()
    resolve(hello)
  }
  socket.on('data', take)
  return promise
}

function attend(socket: Socket, { memoryMb, packages }: Hello): void {
  const child = spawnChild(childCommand(memoryMb, packages))
  const say = (kind: Kind, content: Buffer) => !socket.destroyed && socket.write(packets(kind, content))
  relayRequests(socket, child, () => socket.writableNeedDrain || say(KIND.beat, Buffer.alloc(0)))
  relayAnswers(socket, child, say)
  const end = (ending: Ending) => void say(KIND.ending, Buffer.from(JSON.stringify(ending)))
  // It is for them to hang up: a write of theirs that failed before they have read this would hide it.
  onEnd(child.process, end)
  watchMemory(socket, child, memoryMb, end)
  socket.on('close', () => child.process.kill('SIGKILL'))
}

/** While something is asked for that is not answered yet. In its unit nobody may kill: what ends the child is that they hang up. */
function watchMemory(
  socket: Socket,
  { process: { pid }, answers }: Spawned,
  memoryMb: number,
  end: (ending: Ending) => void,
): void {
  const watch = new MemoryWatch(
    () => pid,
    memoryMb + BESIDE_HEAP_MB,
    () => end({ signal: 'SIGKILL', memory: true }),
  )
  let owed = 1 // that it is up
  socket.on('data', (chunk: Buffer) => {
    owed += lines(chunk)
    watch.resume()
  })
  answers?.on('data', (chunk: Buffer) => {
    owed -= lines(chunk)
    if (owed <= 0) watch.pause()
  })
}

function lines(chunk: Buffer): number {
  let count = 0
  for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1)) count += 1
  return count
}

/** A socket that is not read does not tell that its other end is gone; one that is written to does. */
function relayRequests(socket: Socket, { process: { stdin } }: Spawned, beat: () => void): void {
  let timer: NodeJS.Timeout | undefined
  socket.on('data', (chunk: Buffer) => {
    if (stdin?.write(chunk) !== false) return
    socket.pause()
    timer = setInterval(beat, BEAT_MS)
  })
  stdin?.on('drain', () => {
    clearInterval(timer)
    socket.resume()
  })
  socket.on('close', () => clearInterval(timer))
  socket.resume()
}

function relayAnswers(
  socket: Socket,
  { process: { stderr }, answers }: Spawned,
  say: (kind: Kind, content: Buffer) => boolean,
): void {
  const relay = (kind: Kind) => (chunk: Buffer) => {
    if (say(kind, chunk)) return
    answers?.pause()
    stderr?.pause()
  }
  answers?.on('data', relay(KIND.answers))
  stderr?.on('data', relay(KIND.words))
  socket.on('drain', () => {
    answers?.resume()
    stderr?.resume()
  })
}

function ignore(): void {}

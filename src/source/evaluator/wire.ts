/**
 * What aigw-sync and the evaluator's unit say to one another over the unit's socket. We say a line of who we are and what we want,
 * then requests, as a child takes them on its stdin. The unit says packets: it greets, then hands on what its child writes.
 */
import { isAbsolute } from 'node:path'
import type { Ending } from './connection.ts'

/** Raised whenever anything changes in what crosses, also in `protocol.ts`. */
export const PROTOCOL = 2

export interface Hello {
  readonly protocol: number
  /** For the JavaScript heap of the child. */
  readonly memoryMb: number
  /** The `node_modules` folders that the child may read. */
  readonly packages: readonly string[]
}

/** The answer to a hello, whatever its protocol: this one never changes. */
export interface Greeting {
  readonly protocol: number
  /** Of the aigw-sync that the unit runs. */
  readonly version: string
}

const OPENING = 'aigw-sync-evaluator '

/** Longest line of hello, in bytes. */
export const MAX_HELLO = 64 * 1024

export function helloLine(hello: Hello): string {
  return `${OPENING}${JSON.stringify(hello)}\n`
}

/** @returns undefined where it is none, `stranger` where it is one of another protocol */
export function parseHello(line: string): Hello | 'stranger' | undefined {
  const { protocol, memoryMb, packages } = objectIn(line.startsWith(OPENING) ? line.slice(OPENING.length) : '')
  if (!isCount(protocol)) return undefined
  if (protocol !== PROTOCOL) return 'stranger'
  if (!isCount(memoryMb) || !Array.isArray(packages) || !packages.every(isPackageFolder)) return undefined
  return { protocol, memoryMb, packages }
}

/** What a packet holds, by its first byte. */
export const KIND = {
  greeting: 0x47,
  /** Bytes of the child's answers. */
  answers: 0x41,
  /** Bytes of its stderr. */
  words: 0x57,
  /** How it came to its end; nothing follows. */
  ending: 0x45,
  /** Nothing: asks whether anybody is still there. */
  beat: 0x42,
} as const

export type Kind = (typeof KIND)[keyof typeof KIND]

const KINDS: ReadonlySet<number> = new Set(Object.values(KIND))

/** Longest content of a packet, in bytes. */
export const MAX_PACKET = 64 * 1024

const HEAD = 5

/** A kind, the length of the content (four bytes, the highest first), the content; in as many packets as that takes. */
export function packets(kind: Kind, content: Buffer): Buffer {
  const pieces: Buffer[] = []
  for (let at = 0; at < content.length || at === 0; at += MAX_PACKET) {
    const piece = content.subarray(at, at + MAX_PACKET)
    const head = Buffer.alloc(HEAD)
    head.writeUInt8(kind)
    head.writeUInt32BE(piece.length, 1)
    pieces.push(head, piece)
  }
  return Buffer.concat(pieces)
}

/** Cuts a stream into packets. @param broken called instead when it holds none, and nothing is taken after that */
export function packetSplitter(take: (kind: Kind, content: Buffer) => void, broken: () => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0)
  let isBroken = false
  return (chunk) => {
    if (isBroken) return
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    while (bytes.length > 0) {
      const kind = bytes.readUInt8()
      const length = bytes.length < HEAD ? 0 : bytes.readUInt32BE(1)
      isBroken = !KINDS.has(kind) || length > MAX_PACKET
      if (isBroken) return broken()
      if (bytes.length < HEAD + length) break
      take(kind as Kind, bytes.subarray(HEAD, HEAD + length))
      bytes = bytes.subarray(HEAD + length)
    }
    rest = Buffer.from(bytes)
  }
}

/** @returns undefined where it is none */
export function parseGreeting(text: string): Greeting | undefined {
  const { protocol, version } = objectIn(text)
  return isCount(protocol) && typeof version === 'string' && /^[\w.+-]{1,64}$/.test(version) ? { protocol, version } : undefined
}

/** @returns undefined where it is none */
export function parseEnding(text: string): Ending | undefined {
  const { code, signal, memory, msg } = objectIn(text)
  if (typeof code === 'number') return { code }
  if (typeof signal === 'string' && /^SIG[A-Z\d]{1,16}$/.test(signal)) return { signal, memory: memory === true }
  return typeof msg === 'string' && msg.length <= 1000 ? { msg } : undefined
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0
}

function isPackageFolder(folder: unknown): boolean {
  return typeof folder === 'string' && isAbsolute(folder) && folder.endsWith('/node_modules') && !/[*,\0]/.test(folder)
}

import { MAX_FRAME } from './protocol.ts'

const { fstatSync, readSync } = process.getBuiltinModule('node:fs')

const CHUNK = 64 * 1024
const NEWLINE = 10

/**
 * In the child: the next line of a descriptor, each time it is called; undefined at its end. It blocks: a child that waits does nothing
 * else, whatever a module has left behind, and there is no stream that a module could listen to or speak on. Everything it needs is
 * taken hold of here, before a module may have put something else in its place.
 */
export function lineReader(descriptor: number): () => string | undefined {
  const [read, stat] = [readSync, fstatSync]
  const { dev, ino } = stat(descriptor)
  const chunk = new Uint8Array(CHUNK)
  const decoder = new TextDecoder()
  const decode = decoder.decode.bind(decoder)
  let unread = chunk.subarray(0, 0)
  return () => {
    let line = ''
    for (;;) {
      const end = unread.indexOf(NEWLINE)
      line += decode(end < 0 ? unread : unread.subarray(0, end), { stream: end < 0 })
      if (end >= 0) {
        unread = unread.subarray(end + 1)
        return line
      }
      if (line.length > MAX_FRAME) throw new Error(`expected a request of at most ${MAX_FRAME} characters`)
      const now = stat(descriptor)
      if (now.ino !== ino || now.dev !== dev)
        throw new Error('a module has put something else in the place of the pipe of requests')
      const length = read(descriptor, chunk)
      if (length === 0) return undefined
      unread = chunk.subarray(0, length)
    }
  }
}

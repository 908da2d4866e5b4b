import { RANDOM } from './protocol.ts'

const { closeSync, openSync, readSync } = process.getBuiltinModule('node:fs')

const LENGTH = 36

/** In the child: what nobody can guess. Loading `node:crypto` for it, which is done where there is no such file, takes a tenth of the start. */
export function makeToken(): string {
  return drawn() ?? process.getBuiltinModule('node:crypto').randomUUID()
}

/** @returns undefined where it cannot be read */
function drawn(): string | undefined {
  const bytes = new Uint8Array(LENGTH)
  try {
    const file = openSync(RANDOM, 'r')
    const length = readSync(file, bytes)
    closeSync(file)
    return length === LENGTH ? new TextDecoder().decode(bytes) : undefined
  } catch {
    return undefined // not Linux, or a unit that hides it
  } finally {
    bytes.fill(0) // or what a module takes unfilled from the heap might hold it
  }
}

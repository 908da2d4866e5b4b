import { lstatSync } from 'node:fs'
import { dirname } from 'node:path'
import { openGuard } from '../folder/guard.ts'
import { describeHazards } from '../folder/hazard.ts'
import { errorCode } from '../folder/system.ts'

/**
 * What stands against handing modules to a socket: whoever could put another in its place could say what they declare. The same rules as for
 * the folder of modules; only that anybody may be let in to the socket itself. Undefined also where nothing is there.
 */
export function dangerOf(socket: string): string | undefined {
  const hazards = openGuard(true).wayTo(dirname(socket))
  if (hazards.length > 0) return `${socket} is not safe: ${describeHazards(hazards)}`
  const owner = ownerOf(socket)
  if (owner === undefined || owner === 0 || owner === process.getuid?.()) return undefined
  return `${socket} belongs to the user ${owner}, so that modules are not handed to it; only root's or our own is safe`
}

function ownerOf(path: string): number | undefined {
  try {
    return lstatSync(path).uid
  } catch (error) {
    errorCode(error)
    return undefined // connecting says why
  }
}

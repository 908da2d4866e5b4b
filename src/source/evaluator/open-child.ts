import { childCommand } from './command.ts'
import { connectTo } from './connect.ts'
import type { Opener } from './connection.ts'
import { startChild } from './process.ts'
import { startProven } from './start-proven.ts'

export interface ChildOptions {
  /** For the JavaScript heap of one child. */
  readonly evaluationMemoryMb: number
  /** The socket of the evaluator's unit, absolute, which runs the children. Left out: they are processes of our own. */
  readonly evaluatorSocket?: string | undefined
  /** Whether that socket must be where nobody else can put another; default: true. */
  readonly strictPermissions?: boolean
}

/** @param packages the folders that the child may read */
export function childOpener(options: ChildOptions, packages: readonly string[]): Opener {
  const { evaluationMemoryMb: memoryMb, evaluatorSocket: socket, strictPermissions = true } = options
  if (socket === undefined) {
    return (events) => startProven((prefix, each) => startChild(childCommand(memoryMb, packages, prefix), each), events)
  }
  return (events) => connectTo({ socket, strictPermissions, memoryMb, packages }, events)
}

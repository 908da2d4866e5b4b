import { type Ahead, startOwn } from './ahead.ts'
import { connectTo } from './connect.ts'
import type { Opener } from './connection.ts'

export interface ChildOptions {
  /** For the JavaScript heap of one child. */
  readonly evaluationMemoryMb: number
  /** The socket of the evaluator's unit, absolute, which runs the children. Left out: they are processes of our own. */
  readonly evaluatorSocket?: string | undefined
  /** Whether that socket must be where nobody else can put another; default: true. */
  readonly strictPermissions?: boolean
  /** A child that was started before; the first that is wanted is that one. */
  readonly ahead?: Ahead | undefined
}

/** @param packages the folders that the child may read */
export function childOpener(options: ChildOptions, packages: readonly string[]): Opener {
  const { evaluationMemoryMb: memoryMb, evaluatorSocket: socket, strictPermissions = true, ahead } = options
  if (socket === undefined) {
    return (events) => ahead?.take({ memoryMb, packages }, events) ?? startOwn(memoryMb, packages, events)
  }
  return (events) => connectTo({ socket, strictPermissions, memoryMb, packages }, events)
}

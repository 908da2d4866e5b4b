import type { Task } from './job.ts'
import type { Lane } from './lane.ts'
import type { Answer } from './protocol.ts'

/**
 * Whether what befell a child is the doing of the work it was at. Not if others ran in it before, which may have left a timer
 * behind: then the work is run once more, as the first in another child.
 */
export function isCertain(lane: Lane<Task>, current: Task): boolean {
  current.suspect = true
  return lane.answered === 0
}

/** Whether one that ran before in its child may have thrown what the module that was just answered for is said to have thrown. */
export function isDoubtful(answer: Answer, lane: Lane<Task>): boolean {
  return answer.type === 'threw' && answer.stray === true && lane.answered > 1
}

import type { Failure } from './explain.ts'
import type { Finding } from './problem.ts'
import { REFUSED_IMPORT } from '../evaluator/protocol.ts'

/**
 * Whether a module that has failed may do better another time, though it and what it imports from the folder stay as they are: it threw,
 * took too long or ended the evaluator, which may have been due to the hour or to the machine, or a package was not there. What it says
 * and how it is written stay as they are.
 */
export function mayBeOutside(failure: Failure, { kind }: Finding): boolean {
  if (failure.type === 'invalid') return false
  if (failure.type !== 'threw' || kind === 'threw') return true
  const { code } = failure.thrown
  return kind === 'import' && code !== undefined && code !== REFUSED_IMPORT // without a code, it asks for what is not exported
}

import { err, ok, type Result } from 'neverthrow'

/**
 * Reads `--confirm-deletes N`: a person says that so many deletions are right, once.
 * @returns err with a sentence that says what was expected and what came
 */
export function readConfirmed({
  confirmDeletes,
}: Readonly<Record<string, unknown>>): Result<{ readonly confirmed?: number }, string> {
  if (confirmDeletes === undefined) return ok({})
  if (typeof confirmDeletes === 'string' && /^\d{1,9}$/.test(confirmDeletes)) return ok({ confirmed: Number(confirmDeletes) })
  return err(
    `Expected \`--confirm-deletes\` to be how many deletions are right, as the plan counts them, got ${JSON.stringify(confirmDeletes)}.`,
  )
}

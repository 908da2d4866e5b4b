/** Letters and digits of any script, spaces, and marks that mean nothing in a comment. */
const HARMLESS = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._()+&,:@#/-]*$/u

/** What a tool could take for an instruction (`eslint-disable-line`, `prettier-ignore`). */
const INSTRUCTION = /disable|enable|ignore|expect|nocheck|nosonar|nosec|noqa/i

/** What may be a key's value that somebody put in the field for its name. */
const SECRET = /[A-Za-z0-9]{24}|^(?:sk|pk|rk)[-_]/

/** Somebody's name for a thing as the text of a comment. @returns undefined for one that would not be safe there */
export function remark(name: string): string | undefined {
  const isSafe = HARMLESS.test(name) && !INSTRUCTION.test(name) && !SECRET.test(name)
  return isSafe ? name.trim() : undefined
}

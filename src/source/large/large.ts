import type { SourceFile } from '../folder/file.ts'
import { formOf } from '../modules/record.ts'

/** UTF-16 units of JSON or YAML that are read within a few milliseconds, whatever they say. */
const DATA_UNITS = 32 * 1024

/**
 * A parser that goes down a level with each word or sign goes no deeper than there are of them. The worst that was found takes 1.3 KB
 * of its stack for a level and time that grows with the square of them: a third of a megabyte of eight, and some 30 ms.
 */
const MODULE_WORDS = 1_500

/** Whether a file is too much for the parsers to be let loose on it in this process: they might stop it, or end it. */
export function isLarge({ path, text }: SourceFile): boolean {
  switch (formOf(path)) {
    case 'module':
      return text.length > MODULE_WORDS && hasMoreWords(text)
    case 'json':
    case 'yaml':
      return text.length > DATA_UNITS
    case 'other':
      return false
  }
}

/**
 * Counts also what stands in comments and texts, which cannot be told from code without a parser. A letter that is not ASCII counts as a
 * word, since some that look like nothing separate words. By character codes: a regular expression takes longer than the parser.
 */
function hasMoreWords(text: string): boolean {
  let count = 0
  let inWord = false
  for (let index = 0; index < text.length && count <= MODULE_WORDS; index += 1) {
    const code = text.charCodeAt(index)
    const isWord = isWordCode(code)
    if (code > SPACE && !(isWord && inWord)) count += 1
    inWord = isWord
  }
  return count > MODULE_WORDS
}

const SPACE = 0x20

/** Letters, digits, `_` and `$`. */
function isWordCode(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x5f ||
    code === 0x24
  )
}

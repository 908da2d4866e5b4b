import type { SourceFile } from '../folder/file.ts'
import { formOf } from './record.ts'

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

/** Counts also what stands in comments and texts, which cannot be told from code without a parser. */
function hasMoreWords(text: string): boolean {
  const words = /[\p{L}\p{N}_$]+|[^\s\p{L}\p{N}_$]/gu
  for (let count = 0; words.test(text); count += 1) if (count >= MODULE_WORDS) return true
  return false
}

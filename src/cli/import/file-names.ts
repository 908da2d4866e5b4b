import { entryKey, isEntryPath } from '../../source/folder/rules.ts'

/** Where an entry is declared, below the folder. */
export interface Seat {
  readonly file: string
  /** Its name among several configurations of the module. */
  readonly member?: string
}

/** What a file system takes as a name, in bytes. */
const NAME_LIMIT = 255

/** Longer file names are no help. */
const SLUG_LENGTH = 60

const EXTENSION = '.ts'

/** No system of ours or of somebody who checks the folder out takes these in a name, or they would not be seen in it. */
const UNFIT = /[\p{C}\p{Zl}\p{Zp}\\:*?"<>|#]|^\s|[\s.]$/u

/** Letters that have no accent to be taken off. */
const LETTERS: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i' }

/** The file whose path says a key. @returns undefined for a key that no path says */
export function seatOf(key: string): Seat | undefined {
  const [path = '', member, ...more] = key.split('#')
  const file = `${path}${EXTENSION}`
  if (more.length > 0 || member === '' || member?.includes('/') || !path.split('/').every(isFileName)) return undefined
  if (!isEntryPath(file) || entryKey(file) !== path) return undefined
  return { file, ...(member !== undefined && { member }) }
}

/** A file name as a person would choose it for a label: `Chatbot (production)` is `chatbot-production`. Empty where nothing is left. */
export function slugOf(name: string): string {
  const plain = name
    .toLowerCase()
    .replaceAll(/[^\0-\u007f]/gu, (letter) => LETTERS[letter] ?? letter)
    .normalize('NFKD')
    .replaceAll(/\p{M}|['’]/gu, '')
  return shortened(
    plain
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, ''),
  )
}

/** The name of a file where the label gives none. An id is made of harmless letters, unless the gateway is not what it seems. */
export function slugOfId(id: string): string {
  return /^[A-Za-z0-9][\w-]{0,99}$/.test(id) ? id : 'configuration'
}

/** The path of a module that is not somebody else's. @param times how often the slug was needed already */
export function slugFile(slug: string, times: number): string {
  return `${slug}${times === 0 ? '' : `-${times + 1}`}${EXTENSION}`
}

function isFileName(segment: string): boolean {
  return segment !== '' && !UNFIT.test(segment) && Buffer.byteLength(`${segment}${EXTENSION}`) <= NAME_LIMIT
}

/** At the end of a word, if there is one. */
function shortened(slug: string): string {
  if (slug.length <= SLUG_LENGTH) return slug
  const head = slug.slice(0, SLUG_LENGTH + 1)
  const end = head.lastIndexOf('-')
  return end > SLUG_LENGTH / 2 ? head.slice(0, end) : slug.slice(0, SLUG_LENGTH)
}

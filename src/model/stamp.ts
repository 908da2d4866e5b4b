import { canonicalJson } from './canonical.ts'
import type { Json, JsonObject } from './configuration.ts'

/** The ownership mark a configuration carries in its `metadata`. */
export interface Stamp {
  /** Whose claim it is: the `owner` setting. */
  readonly owner: string
  /** The entry's key. */
  readonly key: string
  /** New for each attempt to create: the receipt by which a lost answer is recognised. */
  readonly nonce: string
}

/** The property of the metadata object that holds the stamp; a user's metadata cannot use it. */
export const STAMP_PROPERTY = 'aigw-sync'

/** `AIGatewayAccessKeyConfigurationCreate.metadata`, `maxLength`. */
export const METADATA_LIMIT = 4096

/** 128 random bits in base64url. */
export const NONCE_LENGTH = 22

/** What the gateway's `metadata` holds, taken apart. */
export interface DecodedMetadata {
  readonly stamp?: Stamp
  readonly user?: string | JsonObject
}

/**
 * The gateway's `metadata` for a stamp and a user's own metadata, as canonical JSON: an object's properties stand beside the
 * stamp, so that other tools find them where they were declared; a string is kept inside it as `text`.
 */
export function encodeMetadata(stamp: Stamp, user?: string | JsonObject): string {
  const { owner, key, nonce } = stamp
  // These are in order as they are, and ten thousand of them are compared at each resync.
  if (user === undefined) return JSON.stringify({ [STAMP_PROPERTY]: { key, nonce, owner } })
  if (typeof user === 'string') return JSON.stringify({ [STAMP_PROPERTY]: { key, nonce, owner, text: user } })
  const known = ENCODED.get(user)
  if (known && isSameStamp(known.stamp, stamp)) return known.text
  const text = canonicalJson({ ...user, [STAMP_PROPERTY]: { owner, key, nonce } })
  ENCODED.set(user, { stamp: { owner, key, nonce }, text })
  return text
}

/** The last text for each object of metadata, for as long as it is declared. */
const ENCODED = new WeakMap<JsonObject, { readonly stamp: Stamp; readonly text: string }>()

export function isSameStamp(a: Stamp | undefined, b: Stamp): boolean {
  return a !== undefined && a.owner === b.owner && a.key === b.key && a.nonce === b.nonce
}

/**
 * Undoes `encodeMetadata`; metadata that carries no stamp is wholly the user's. It is an object where the text is what an object
 * would be written as, so that declaring that object says the same, and else the text as it is.
 */
export function decodeMetadata(metadata: string | undefined): DecodedMetadata {
  if (metadata === undefined || metadata === '') return {}
  const parsed = parseObject(metadata)
  if (parsed === undefined) return { user: metadata }
  const { [STAMP_PROPERTY]: mark, ...rest } = parsed
  if (!isStamp(mark)) return { user: mark === undefined && isWrittenAs(metadata, parsed) ? parsed : metadata }
  const stamp = { owner: mark.owner, key: mark.key, nonce: mark.nonce }
  if (typeof mark['text'] === 'string') return { stamp, user: mark['text'] }
  if (Object.keys(rest).length === 0) return { stamp }
  return { stamp, user: isDeeper(rest, NESTING_LIMIT) ? metadata : rest }
}

/** Whether metadata has something that is no stamp under the reserved property: damaged, or somebody else's idea of one. */
export function isMisstamped(metadata: string | undefined): boolean {
  const mark = parseObject(metadata ?? '')?.[STAMP_PROPERTY]
  return mark !== undefined && !isStamp(mark)
}

/** Four times what the gateway takes, in UTF-16 code units: to look into more than it can have is to be kept busy. */
const LONGEST_PARSED = 4 * METADATA_LIMIT

function parseObject(text: string): JsonObject | undefined {
  if (!text.startsWith('{') || text.length > LONGEST_PARSED) return undefined
  try {
    return JSON.parse(text) as JsonObject
  } catch {
    return undefined // not JSON: somebody's plain text, which is theirs to keep
  }
}

/** Deeper metadata stays text: nobody reads it, a module could not hold it, and what walks through it could run out of stack. */
const NESTING_LIMIT = 32

/** Whether a text is one of the usual ways to write an object down, which lose nothing. */
function isWrittenAs(text: string, value: JsonObject): boolean {
  if (hasHalfCharacter(text) || isDeeper(value, NESTING_LIMIT)) return false
  return [JSON.stringify(value), canonicalJson(value), JSON.stringify(value, undefined, 2)].includes(text)
}

/** A lone surrogate is written as an escape (`\ud83d`), and no declaration may hold one. Sees one too many after a backslash. */
function hasHalfCharacter(text: string): boolean {
  return !text.isWellFormed() || /\\ud[89a-f]/.test(text)
}

function isDeeper(value: Json, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1))
}

function isStamp(mark: unknown): mark is Stamp & JsonObject {
  if (typeof mark !== 'object' || mark === null) return false
  const { owner, key, nonce } = mark as Record<string, unknown>
  return typeof owner === 'string' && typeof key === 'string' && typeof nonce === 'string'
}

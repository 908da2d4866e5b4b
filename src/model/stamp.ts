import { canonicalJson } from './canonical.ts'
import type { JsonObject } from './configuration.ts'

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
  if (typeof user === 'string') return canonicalJson({ [STAMP_PROPERTY]: { owner, key, nonce, text: user } })
  return canonicalJson({ ...user, [STAMP_PROPERTY]: { owner, key, nonce } })
}

/** Undoes `encodeMetadata`; metadata that carries no stamp is wholly the user's. */
export function decodeMetadata(metadata: string | undefined): DecodedMetadata {
  if (metadata === undefined || metadata === '') return {}
  const parsed = parseObject(metadata)
  if (parsed === undefined) return { user: metadata }
  const { [STAMP_PROPERTY]: mark, ...rest } = parsed
  if (!isStamp(mark)) return { user: metadata }
  const stamp = { owner: mark.owner, key: mark.key, nonce: mark.nonce }
  if (typeof mark['text'] === 'string') return { stamp, user: mark['text'] }
  return Object.keys(rest).length === 0 ? { stamp } : { stamp, user: rest }
}

function parseObject(text: string): JsonObject | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    return JSON.parse(text) as JsonObject
  } catch {
    return undefined // not JSON: somebody's plain text, which is theirs to keep
  }
}

function isStamp(mark: unknown): mark is Stamp & JsonObject {
  if (typeof mark !== 'object' || mark === null) return false
  const { owner, key, nonce } = mark as Record<string, unknown>
  return typeof owner === 'string' && typeof key === 'string' && typeof nonce === 'string'
}

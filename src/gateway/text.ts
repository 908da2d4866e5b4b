/** The longest text of the gateway that is passed on, in UTF-16 code units. */
const TEXT_LIMIT = 500

/** Characters that could break a line or recolour a terminal. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu

/**
 * Text that others wrote, fit for a log line: no control characters, no secret, not too long. The secret goes before the cut and
 * after the control characters, so that neither can leave half of one behind.
 */
export function cleanText(text: string, secret: string): string {
  const plain = text.replaceAll(UNPRINTABLE, ' ').trim()
  const open = secret === '' ? plain : plain.replaceAll(secret, '***')
  return open.length > TEXT_LIMIT ? `${open.slice(0, TEXT_LIMIT - 1).toWellFormed()}…` : open.toWellFormed()
}

/** Shorter secrets would show most of themselves. */
const FULL_FORM = 20

/** The form in which the gateway shows a secret: the first 10 characters, `***`, the last 4; a short one's last few only. */
export function redact(secret: string): string {
  const characters = Array.from(secret)
  if (characters.length >= FULL_FORM) return `${characters.slice(0, 10).join('')}***${characters.slice(-4).join('')}`
  const shown = Math.floor(characters.length / 5)
  return `***${characters.slice(characters.length - shown).join('')}`
}

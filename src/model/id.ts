/**
 * What the gateway calls a thing: `aigac_2xK…`. Far wider than what it gives out, and narrow enough for an id to stand in a path, a
 * log line or a terminal: no dots alone, which lead out of a folder, nothing that ends a path, no control character.
 */
const ID = /^[A-Za-z0-9_][\w.:~-]{0,127}$/

export function isId(text: string): boolean {
  return ID.test(text)
}

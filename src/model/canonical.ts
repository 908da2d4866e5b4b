/** Canonical JSON: object properties sorted by UTF-16 code units, no white space, `undefined` left out (after RFC 8785). */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, sortProperties)
}

function sortProperties(_property: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/**
 * Canonical JSON of plain data: object properties sorted by UTF-16 code units, no white space, `undefined` left out (after
 * RFC 8785). Written out by hand, since a JavaScript object cannot hold its properties in that order: `9` comes before `10` in it.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return `{${members.toSorted(byName).map(writeMember).join(',')}}`
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1
}

function writeMember([name, member]: [string, unknown]): string {
  return `${JSON.stringify(name)}:${canonicalJson(member)}`
}

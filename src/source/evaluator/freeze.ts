/**
 * In the child: makes the data that a module exports unchangeable, all the way down: plain objects and arrays. What its functions keep
 * for themselves, instances of classes, maps and sets stay as they are.
 */
export function freezeExports(namespace: object): void {
  const open: unknown[] = Object.values(namespace)
  const seen = new Set<object>()
  for (const value of open) {
    if (!isPlain(value) || seen.has(value)) continue
    seen.add(value)
    Object.freeze(value)
    for (const { value: member } of Object.values(Object.getOwnPropertyDescriptors(value))) open.push(member) // it grows while it is read
  }
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || prototype === null || prototype === Object.prototype
}

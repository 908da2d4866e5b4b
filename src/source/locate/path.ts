/** A property by its name, or an item by its index from 0. */
export type Segment = string | number

/** The way from a module's value to somewhere in it. */
export type DataPath = readonly Segment[]

const STEP = /\.?([\p{ID_Start}$_][\p{ID_Continue}$]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/uy

/** Reads `router.rules[0]["odd name"]`. @returns undefined for a text that is no such path */
export function readPath(text: string): DataPath | undefined {
  const path: Segment[] = []
  STEP.lastIndex = 0
  while (STEP.lastIndex < text.length) {
    const found = STEP.exec(text)
    if (found === null) return undefined
    const [, name, index, quoted] = found
    path.push(index === undefined ? (name ?? nameOf(quoted ?? '')) : Number(index))
  }
  return path
}

function nameOf(quoted: string): string {
  return String(JSON.parse(quoted))
}

/** What is there in plain data; undefined where nothing is. */
export function valueAt(value: unknown, path: DataPath): unknown {
  let there = value
  for (const segment of path) {
    if (typeof there !== 'object' || there === null || !Object.hasOwn(there, segment)) return undefined
    there = Reflect.get(there, segment)
  }
  return there
}

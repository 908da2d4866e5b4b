/**
 * The same items in a list that has room for no more. One that grew item by item, as of `push` and `flatMap`, keeps room for 17: 152 bytes
 * for a list of one. For what is kept for each of thousands of entries.
 */
export function tight<Item>(items: readonly Item[]): Item[] {
  return items.slice()
}

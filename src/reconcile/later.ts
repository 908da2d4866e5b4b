/** The other look at something where it shows a later state, by the gateway's clock. */
export function later<Resource extends { readonly updatedAt: string }>(one: Resource, other: Resource | undefined): Resource {
  return other && Date.parse(other.updatedAt) > Date.parse(one.updatedAt) ? other : one
}

/** As we created it: an attempt of ours with an older declaration, and nobody closed anything. */
export function isUntouched({ createdAt, updatedAt }: { readonly createdAt: string; readonly updatedAt: string }): boolean {
  return createdAt === updatedAt
}

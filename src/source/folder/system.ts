/** The system's code of a failed call (`EACCES`); what is not a system error is a broken invariant, and thrown on. */
export function errorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  throw error
}

/** Whether a code says that nothing is at the path. */
export function isMissing(code: string): boolean {
  return code === 'ENOENT' || code === 'ENOTDIR'
}

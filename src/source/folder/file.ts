/** One file of the folder, as it was read. */
export interface SourceFile {
  /** Below the folder, with forward slashes and extension. */
  readonly path: string
  /** UTF-8, without a byte order mark. */
  readonly text: string
  /** sha256 of the bytes, hexadecimal. */
  readonly hash: string
}

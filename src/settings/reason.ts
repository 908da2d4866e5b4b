/**
 * Why a file does not load, in one sentence. The parsers of JSON and YAML quote the text around the place in their messages; that
 * is left out, since the line beside a missing comma may be one that should not have been in the file at all. A module may throw
 * anything, also what cannot be turned into text.
 */
export function reasonOf(error: unknown): string {
  try {
    const reason: unknown = error instanceof Error ? reasonOfError(error) : String(error)
    return typeof reason === 'string' ? reason : NO_REASON
  } catch {
    return NO_REASON
  }
}

const NO_REASON = 'it threw something that does not say why'

function reasonOfError(error: Error): unknown {
  if (isYamlError(error)) return `${error.reason} (line ${error.mark.line + 1}, column ${error.mark.column + 1})`
  const [, jsonReason] = /^JSON Error in [^\n]*:\n(.*)$/s.exec(error.message) ?? []
  return jsonReason?.replace(/,? (?:\.\.\.)?".*"(?:\.\.\.)? is not valid JSON$/s, ' in JSON') ?? error.message
}

/** js-yaml's `YAMLException`, whose class is not ours to import: cosmiconfig brings its own. */
function isYamlError(error: Error): error is Error & { reason: string; mark: { line: number; column: number } } {
  return 'reason' in error && 'mark' in error && typeof error.mark === 'object' && error.mark !== null
}

/**
 * What the lockfile says of a secret: the id of the provider key it was applied to, and the fingerprint of its value, `aigpk_…:…`. By
 * the id it is known whose it is, whatever has become of the place that declared it.
 */
export function secretRecord(id: string, fingerprint: string): string {
  return `${id}:${fingerprint}`
}

/** In place of a fingerprint: a value was sent, and what became of it was not written down. */
export const UNSURE = '?'

/** The id in a record. @returns undefined where there is no record, or none of ours */
export function idIn(record: string | undefined): string | undefined {
  return record?.match(/^([^:]+):./)?.[1]
}

/** The fingerprint that was applied to each provider key, by id, as a lockfile says. */
export function fingerprintsIn(
  entries: ReadonlyMap<string, { readonly secrets: Readonly<Record<string, string>> }>,
): Map<string, string> {
  const fingerprints = new Map<string, string>()
  for (const { secrets } of entries.values()) {
    for (const record of Object.values(secrets)) {
      const id = idIn(record)
      if (id !== undefined) fingerprints.set(id, record.slice(id.length + 1))
    }
  }
  return fingerprints
}

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A package of others, as far as its licence is concerned. */
export interface Licensed {
  readonly name: string
  readonly version: string
  /** As its manifest names it, `MIT`. */
  readonly license: string
  /** Of every copy of a licence in it that was looked for. */
  readonly licenseText: string
}

/**
 * @param folder of the package
 * @param within folders below it that may have a licence of their own
 */
export async function readLicensed(folder: string, within: Iterable<string> = []): Promise<Licensed> {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Partial<Licensed> & { name: string }
  const texts = await Promise.all([...new Set(['', ...within])].toSorted().map((below) => licenceIn(join(folder, below))))
  return {
    name: manifest.name,
    version: manifest.version ?? '',
    license: manifest.license ?? 'unknown',
    licenseText: texts.filter(Boolean).join('\n\n'),
  }
}

/** @returns empty where there is none */
async function licenceIn(folder: string): Promise<string> {
  const file = (await readdir(folder)).toSorted().find((entry) => /^licen[cs]e/i.test(entry))
  return file === undefined ? '' : (await readFile(join(folder, file), 'utf8')).trim()
}

/** @param place where it lies */
export function licenceSection({ name, version, license, licenseText }: Licensed, place: string): string {
  return `## ${name} ${version}\n\nIn ${place}. License: ${license}.\n\n${licenseText.trim() || NO_TEXT}\n`
}

const NO_TEXT = 'The package has no copy of its licence; the name is that of its package.json.'

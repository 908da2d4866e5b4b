import type { Finding } from './problem.ts'
import { plain } from '../evaluator/plain.ts'
import { positionAt } from './position.ts'
import type { ModuleRecord } from './record.ts'
import type { Flaw } from './transform.ts'

export type Parsed = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly finding: Finding }

/** The data of a `.json`, `.yaml` or `.yml` entry. The parser is loaded when the first one comes. */
export async function parseData(record: ModuleRecord): Promise<Parsed> {
  if (record.flaw !== undefined) return failed(record, record.flaw)
  const { defaultLoaders } = await import('cosmiconfig')
  const load = defaultLoaders[record.form === 'json' ? '.json' : '.yaml']
  try {
    if (record.form === 'json') refuseRepeated(record, defaultLoaders['.yaml'])
    return checked(await load(record.path, record.text))
  } catch (error) {
    return failed(record, yamlFlaw(error as YamlError, record.text))
  }
}

/**
 * A property that stands twice in an object: `JSON.parse` takes the last and says nothing, though the first may have been what
 * somebody meant to restrict. YAML, of which JSON is a part, refuses it.
 * @throws YamlError for that, and for nothing else
 */
function refuseRepeated({ path, text }: ModuleRecord, loadYaml: (path: string, text: string) => unknown): void {
  try {
    loadYaml(path, text)
  } catch (error) {
    if ((error as YamlError).reason === REPEATED) throw error
  }
}

const REPEATED = 'duplicated mapping key'

/** What js-yaml throws, as far as it is used here; `mark` counts from 0. */
interface YamlError {
  readonly message: string
  readonly reason?: string
  readonly mark?: { readonly position: number }
}

function failed({ path, text }: ModuleRecord, { msg, at }: Flaw): Parsed {
  return { ok: false, finding: { kind: 'syntax', msg, ...(at && { place: { file: path, text, at } }) } }
}

/** YAML can say what JSON cannot: dates, bytes, and anchors that unfold into more than there is memory for. */
function checked(loaded: unknown): Parsed {
  if (loaded === undefined) return { ok: false, finding: { kind: 'invalid', msg: 'expected a configuration, got an empty file' } }
  const result = plain(loaded)
  if (result.ok) return result
  return { ok: false, finding: { kind: 'invalid', msg: result.msg, path: result.path } }
}

function yamlFlaw({ message, reason, mark }: YamlError, text: string): Flaw {
  return { msg: reason ?? message, ...(mark && { at: positionAt(text, mark.position) }) }
}

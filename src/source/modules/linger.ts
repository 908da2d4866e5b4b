import type { ModuleRecord } from './record.ts'
import { OWN_SPECIFIER } from './resolve.ts'

/** What anything that happens later is written with. An escape can spell any name. */
const LATER =
  /\\u|\bimport\s*\(|\b(?:await|then|Promise|process|global\w*|set(?:Timeout|Interval|Immediate)|queueMicrotask|eval|Function|constructor|WebAssembly|FinalizationRegistry|fetch|Response|Request|Blob|File|crypto|navigator|\w*(?:[Aa]sync|Abort|Stream|Channel|Event)\w*)\b/

const known = new WeakMap<ModuleRecord, boolean>()

/**
 * Whether something may happen when a module has run: a promise that nobody waits for fails, a timer goes off. Most configurations say
 * none of the words for that. Whoever hides one is not waited for: what happens then is met while another module runs, which is run
 * again before it is blamed.
 */
export function mayLinger(record: ModuleRecord): boolean {
  const lingers = known.get(record) ?? (record.form === 'module' && (isHelped(record) || LATER.test(record.code)))
  known.set(record, lingers)
  return lingers
}

/** By code that is not ours to read. */
function isHelped({ imports }: ModuleRecord): boolean {
  return imports.some(
    ({ specifier, target }) => target.kind === 'package' || (target.kind === 'builtin' && specifier !== OWN_SPECIFIER),
  )
}

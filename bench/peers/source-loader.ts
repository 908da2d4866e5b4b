/**
 * Our way to load modules: the folder is read and hashed, modules are transformed here and run in the evaluator. Arguments and output
 * are those of `native-import.js`.
 */
import { hash } from 'node:crypto'
import type { SourceFile } from '../../src/source/folder/file.ts'
import { openFolder } from '../../src/source/folder/folder.ts'
import { isEntryPath } from '../../src/source/folder/rules.ts'
import { openLoader, type Update } from '../../src/source/modules/loader.ts'

const [dir = '', reloads = ''] = process.argv.slice(2)
const limits = { dir, evaluationTimeoutMs: 60_000, evaluationMemoryMb: 256 } // the machine may be busy
const files: SourceFile[] = []

const start = performance.now()
const loader = openLoader(
  limits,
  () => {},
  () => {},
)
const opened = await openFolder(
  { dir, settleMs: 0, watch: false },
  ({ upserted }) => files.push(...upserted),
  () => {},
)
if (opened.isErr()) throw new Error(opened.error.msg)
check(await loader.update({ upserted: files, removed: [] }, isEntryPath), files.length - 1)
const coldMs = performance.now() - start

const first = files.find(({ path }) => isEntryPath(path))
if (first === undefined) throw new Error('no entries')
const reloadMs: number[] = []
for (let reload = 0; reload < Number(reloads); reload++) {
  const text = `${first.text}// ${reload}\n`
  const before = performance.now()
  const changed = { path: first.path, text, hash: hash('sha256', text) }
  check(await loader.update({ upserted: [changed], removed: [] }, isEntryPath), 1)
  reloadMs.push(performance.now() - before)
}
await opened.value.close()
await loader.close()
process.stdout.write(JSON.stringify({ coldMs, reloadMs }))

function check({ loaded, late }: Update, entries: number): void {
  if (loaded.length !== entries || late.length > 0 || loaded.some(({ ok }) => !ok)) throw new Error('a module did not load')
}

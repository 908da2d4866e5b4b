import { beforeAll, expect, test } from 'vitest'
import { closureOf } from '../../../src/source/modules/closure.ts'
import { lexerReady } from '../../../src/source/modules/imports.ts'
import { type Change, type Hidden, ModuleTable } from '../../../src/source/modules/table.ts'

beforeAll(() => lexerReady())

function fileOf(path: string, text: string) {
  return { path, text, hash: text }
}

/** What is said of `a.ts`, which imports something; undefined where that is there. */
function complaint(table: ModuleTable): string | undefined {
  const closure = closureOf(table, table.record('a.ts')!)
  return 'kind' in closure ? closure.msg : undefined
}

const unsafe: Hidden = {
  file: '_h.ts',
  msg: '_h.ts may be written by everybody, so it is not read; mend it with `chmod go-w _h.ts`.',
}

test.each<[string, string, Hidden, string]>([
  ['a helper', './_h.ts', unsafe, "'./_h.ts' cannot be imported: _h.ts may be written by everybody, so it is not read; mend it"],
  ['a helper without its extension', './_h', unsafe, "'./_h' cannot be imported: _h.ts may be written by everybody"],
  [
    'a helper in a folder',
    './_lib/deep/h.ts',
    { file: '_lib', msg: '_lib cannot be listed.' },
    "'./_lib/deep/h.ts' cannot be imported: _lib cannot be listed",
  ],
  ['another file', './_g.ts', unsafe, "'./_g.ts' is not there: no _g.ts in the folder"],
])('of %s that is there and cannot be had is said why', (_title, specifier, hidden, msg) => {
  const table = new ModuleTable('/configs')
  update(table, { upserted: [fileOf('a.ts', `import '${specifier}'`)], removed: [], hidden: [hidden] })
  expect(complaint(table)).toContain(msg)
})

test('what could not be had is imported when it can, and missed when it is gone', () => {
  const table = new ModuleTable('/configs')
  update(table, { upserted: [fileOf('a.ts', "import './_h.ts'")], removed: [], hidden: [unsafe] })
  expect(update(table, { upserted: [fileOf('_h.ts', '1')], removed: [] })).toContain('a.ts')
  expect(complaint(table)).toBeUndefined()
  update(table, { upserted: [], removed: ['_h.ts'] })
  expect(complaint(table)).toContain('is not there')
})

/** @returns the files that reach something new */
function update(table: ModuleTable, change: Change): readonly string[] {
  return [...table.take(change, new Map())].flatMap((changed) => Array.from(changed))
}

/** The hostile files that Git or an editor would not keep as they are, or that are too large to be kept. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { moduleNamed } from './config-folder.ts'
import { expectedOf, type Trick } from './corpus.ts'

const MEGABYTE = 1024 * 1024

/** The file, its content, and what is to become of it. */
const MADE: readonly (readonly [file: string, content: string | Buffer, expected: string])[] = [
  ['not-utf-8.ts', Buffer.from("export default { name: 'caf\xe9' }", 'latin1'), 'unreadable "is not UTF-8"'],
  ['utf-16.json', Buffer.from('{ "name": "x" }', 'utf16le'), 'syntax "Expected property name"'],
  ['empty.ts', '', 'invalid "expected a default export"'],
  ['empty-data.json', '', 'syntax "Unexpected end of JSON input"'],
  ['empty-text.yaml', '', 'syntax "empty"'],
  ['zeros.yaml', Buffer.alloc(1000), 'syntax "null byte"'],
  [
    'ten-megabytes.ts',
    Buffer.alloc(10 * MEGABYTE, 'x'),
    'unreadable "has 10.00 MB, and a module or a data file may have at most 1"',
  ],
  ['ten-megabytes-of-data.json', Buffer.alloc(10 * MEGABYTE, '['), 'unreadable "has 10.00 MB"'],
  ['megabyte-on-a-line.ts', `export default [${'1,'.repeat(MEGABYTE / 2 - 20)}]`, 'invalid "at most 100000 values"'],
  ['megabyte-of-broken-json.json', `{"a":[${'"x",'.repeat(MEGABYTE / 4 - 20)}oops`, `syntax "Unexpected token 'o'"`],
  ['megabyte-of-open-lists.json', '['.repeat(MEGABYTE), 'syntax "Unexpected end of JSON input"'],
  ['megabyte-of-broken-yaml.yaml', `a:\n${'- x\n'.repeat(MEGABYTE / 4 - 20)}]`, 'syntax "end of the stream"'],
  ['megabyte-of-documents.yaml', '---\n'.repeat(MEGABYTE / 4), 'syntax "single document"'],
  ['imports-a-million.ts', "import 'a'\n".repeat(95_000), 'syntax "it has 95000 imports, and a module may have at most 1000"'],
  ['operators-without-end.ts', `export default ${'!'.repeat(500_000)}1`, 'syntax "nested, or chained, too deep"'],
  ['types-without-end.ts', `type A = ${'A<'.repeat(500_000)}\nexport default {}`, 'syntax "nested, or chained, too deep"'],
  ['marked-and-carriage-returns.ts', `\ufeff${moduleNamed('x').replaceAll('\n', '\r\n')}`, 'created'],
  ['marked-and-carriage-returns-of-json.json', '\ufeff{\r\n"name": "x",\r\n"access": {}\r\n}\r\n', 'created'],
  ['marked-and-carriage-returns-of-yaml.yaml', '\ufeffname: x\r\naccess:\r\n  models:\r\n    allow: []\r\n', 'created'],
  ['constructor.json', '{ "name": "constructor", "access": {} }', 'created'],
  ['toString.yaml', 'name: toString\naccess: {}', 'created'],
  ['hasOwnProperty.mts', moduleNamed('hasOwnProperty'), 'created'],
  ['Case.ts', moduleNamed('upper'), 'created'],
  ['case.ts', moduleNamed('lower'), 'created'],
  ['caf\u00e9.ts', moduleNamed('composed'), 'created'],
  ['cafe\u0301.ts', moduleNamed('decomposed'), 'created'],
  [
    'imports-what-everybody-writes.ts',
    "import './_writable.ts'\nexport default {}",
    `import "_writable.ts may be written by everybody"`,
  ],
]

/** File names as bytes of latin1, and how they are told. */
const MISNAMED: readonly (readonly [name: string, shown: string])[] = [
  ['new\nline.ts', String.raw`new\nline.ts`],
  ['\x1b]0;owned\x07.ts', String.raw`\u001b]0;owned\u0007.ts`],
  ['latin-\xe9.yaml', String.raw`latin-\xe9.yaml`],
]

/** Makes them in a folder. */
export function makeTricks(folder: string): readonly Trick[] {
  const at = (file: string): string => join(folder, file)
  for (const [file, content] of MADE) writeFileSync(at(file), content)
  for (const [name] of MISNAMED) {
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name, 'latin1')]), moduleNamed('x'))
  }
  mkdirSync(at('4913'))
  mkdirSync(at('folder.ts'))
  symlinkSync('/etc/hostname', at('leads-out.ts'))
  symlinkSync('leads-back.ts', at('leads-back.ts'))
  execFileSync('mkfifo', [at('pipe.ts')])
  for (const file of ['writable.ts', '_writable.ts']) {
    writeFileSync(at(file), moduleNamed('x'))
    chmodSync(at(file), 0o666)
  }
  const told: readonly (readonly [file: string, expected: string])[] = [
    ...MADE.map(([file, , expected]) => [file, expected] as const),
    ...MISNAMED.map(([, shown]) => [shown, 'unreadable "rename it"'] as const),
    ['4913', 'unreadable "rename it"'],
    ['leads-out.ts', 'unreadable "is a link that leads out of the folder"'],
    ['leads-back.ts', 'unreadable "leads back to itself"'],
    ['pipe.ts', 'unreadable "is neither a file nor a folder"'],
    ['writable.ts', 'unsafe "may be written by everybody"'],
    ['_writable.ts', 'unsafe "may be written by everybody"'],
  ]
  return told.map(([file, expected]) => ({ file, expected: expectedOf(expected) }))
}

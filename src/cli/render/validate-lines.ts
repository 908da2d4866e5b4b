import { count } from '../../log/words.ts'
import { problemLines } from './problems.ts'
import type { Line } from './text.ts'
import type { EntryDocument, ValidateDocument } from './validate-document.ts'

/** What `validate` prints. */
export function validateLines({ ok, files, entries, problems }: ValidateDocument): readonly Line[] {
  const open = entries.filter(({ unrestricted }) => unrestricted)
  const found = `${count(entries.length, 'entry', 'entries')} from ${count(files, 'module')}: `
  const sign = ok ? ({ style: 'green', text: '✓ ' } as const) : ({ style: 'red', text: '× ' } as const)
  return [
    ...problemLines(problems),
    ...open.map(unrestrictedLine),
    ...(open.length > 0 ? [[]] : []),
    [sign, found + [ok ? 'all load' : faults(problems), ...withoutAccess(open.length)].join(', ')],
  ]
}

function unrestrictedLine({ key, source }: EntryDocument): Line {
  return [
    { style: 'yellow', text: '▲ ' },
    { style: 'bold', text: key },
    ` declares no access: it reaches every provider and model (${source})`,
  ]
}

function faults(problems: ValidateDocument['problems']): string {
  const keys = problems.filter(({ problem }) => problem === 'duplicate-key').length
  const modules = new Set(problems.filter(({ problem }) => problem !== 'duplicate-key').map(({ file }) => file)).size
  const broken = `${count(modules, 'module')} ${modules === 1 ? 'does' : 'do'} not load`
  const twice = `${count(keys, 'key')} ${keys === 1 ? 'is' : 'are'} declared more than once`
  return [...(modules > 0 ? [broken] : []), ...(keys > 0 ? [twice] : [])].join(', ')
}

function withoutAccess(amount: number): readonly string[] {
  return amount === 0 ? [] : [`${amount} without access`]
}

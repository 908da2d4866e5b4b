import { printable } from '../model/printable.ts'

/** Everything that is wrong with the settings, not only the first thing. */
export interface SettingsError {
  readonly problems: readonly [SettingsProblem, ...SettingsProblem[]]
}

export type SettingsProblem =
  | { readonly type: 'unknown'; readonly place: Place; readonly nearest?: string }
  | {
      readonly type: 'invalid'
      readonly place: Place
      readonly expected: string
      /** A value that would do: the setting's default. */
      readonly default?: string
      /** What came, in words that give no secret away. */
      readonly got: string
    }
  /** The token would go to another machine in the clear. */
  | { readonly type: 'plain-http'; readonly place: Place; readonly got: string }
  /** A credential where none may be; its value is in no problem. */
  | { readonly type: 'secret'; readonly place: Place }
  | { readonly type: 'missing-file'; readonly place: Place; readonly file: string }
  | { readonly type: 'unloadable-file'; readonly file: string; readonly msg: string }

/** Where a value was written. */
export type Place =
  | { readonly from: 'flag'; readonly name: string }
  | { readonly from: 'variable'; readonly name: string }
  | { readonly from: 'file'; readonly name: string; readonly file: string }

/** For standard error, without a newline at the end. */
export function describeSettingsError({ problems }: SettingsError): string {
  const lines = problems.slice(0, MOST_SHOWN).map((problem) => printable(describe(problem)))
  if (problems.length > lines.length) lines.push(`and ${problems.length - lines.length} more`)
  return lines.length === 1 ? `settings: ${lines[0]}` : [`settings: ${problems.length} problems`, ...lines].join('\n  ')
}

/** More than anybody mends at once. */
const MOST_SHOWN = 30

function describe(problem: SettingsProblem): string {
  if (problem.type === 'unloadable-file') return `${problem.file}: does not load: ${problem.msg}`
  return `${describePlace(problem.place)}: ${fault(problem)}`
}

function fault(problem: Exclude<SettingsProblem, { type: 'unloadable-file' }>): string {
  if (problem.type === 'unknown') {
    return `this version knows no such setting${problem.nearest === undefined ? '' : `; did you mean ${problem.nearest}?`}`
  }
  if (problem.type === 'secret') {
    return `the token is no setting: take it out here (and replace it if others could read it), and ${TOKEN_PLACES}`
  }
  if (problem.type === 'plain-http') {
    return `expected an https URL: over plain http to another machine, anybody on the way can read the token; got ${problem.got}; use https, or set allowHttp to true if you trust the network`
  }
  if (problem.type === 'missing-file') return `there is no file ${problem.file}`
  return `expected ${expectation(problem)}; got ${problem.got}`
}

function expectation(problem: { expected: string; default?: string }): string {
  return problem.default === undefined ? problem.expected : `${problem.expected} (the default is ${problem.default})`
}

/** Completes "…, and". */
export const TOKEN_PLACES =
  'give it as the systemd credential ai-gateway-api-key, in a file named by AI_GATEWAY_API_KEY_FILE, or in AI_GATEWAY_API_KEY'

function describePlace(place: Place): string {
  const name = place.name.length > LONGEST_NAME ? `${place.name.slice(0, LONGEST_NAME).toWellFormed()}…` : place.name
  return place.from === 'file' ? `${place.file}: ${name}` : name
}

/** What is longer is cut, in UTF-16 code units. */
const LONGEST_NAME = 80

import leven from 'leven'

/** Further than this many typing errors, a similar name is no longer what was meant. */
const TYPING_ERRORS = 2

/** No name of ours is nearly as long, and comparing takes time with the square of it. */
const LONGEST = 100

/** The one among some names that was meant by a word: `acess`, `key_selection_strategy`, `allowed`, `desc`. */
export function nearest(word: string, names: readonly string[]): string | undefined {
  const bare = bareOf(word)
  const [typed] = names
    .map((name) => ({ name, distance: leven(bare, bareOf(name)) }))
    .filter(({ name, distance }) => distance <= TYPING_ERRORS && distance < name.length)
    .toSorted((a, b) => a.distance - b.distance)
  return typed?.name ?? names.find((name) => isBeginning(bare, bareOf(name)))
}

function bareOf(word: string): string {
  return word
    .slice(0, LONGEST)
    .toLowerCase()
    .replaceAll(/[\s_-]/g, '')
}

function isBeginning(word: string, name: string): boolean {
  return (word.length >= 3 && name.startsWith(word)) || (name.length >= 4 && word.startsWith(name))
}

/** What to do about a property that is none of an object's. */
export function nameAdvice(word: string, names: readonly string[]): string {
  const meant = nearest(word, names)
  if (meant !== undefined) return `did you mean ${meant}?`
  const home = HOMES.find(([properties]) => properties.some((name) => bareOf(name) === bareOf(word)))
  return home === undefined ? `it has ${names.join(', ')}` : `it belongs into ${home[1]}`
}

/** Where each property belongs, for one at the wrong level. */
const HOMES: readonly (readonly [properties: readonly string[], home: string])[] = [
  [
    ['name', 'description', 'metadata', 'access', 'router', 'key', 'protect', 'renamedFrom', 'adopt'],
    'the configuration itself, beside its name',
  ],
  [['providers', 'models'], 'access: { … }'],
  [['allow'], 'access: { providers: { … } } or access: { models: { … } }'],
  [['rules'], 'router: { … }'],
  [['provider', 'model', 'steps'], 'a rule: router: { rules: [{ … }] }'],
  [['type', 'keys', 'keySelectionStrategy'], 'a step of a rule: steps: [{ … }]'],
  [['id', 'value'], 'a key of a step: keys: [{ … }]'],
]

/** Properties under which the value of a provider key may have been pasted. */
const HOLDERS: ReadonlySet<string> = new Set(['keys', 'id', 'value'])

/** Whether what stands under an unknown name may be a secret. @param inStep where keys are expected */
export function mayHoldSecret(word: string, names: readonly string[], inStep: boolean): boolean {
  const meant = nearest(word, names)
  if (meant !== undefined) return HOLDERS.has(meant)
  return inStep || /key|secret|token|passw|credential|auth/i.test(word)
}

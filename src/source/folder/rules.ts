const EXTENSION = /\.(?:ts|mts|js|mjs|json|yaml|yml)$/
const DECLARATIONS = /\.d\.m?ts$/

/** Folders that are never looked into. */
const NEVER_ENTERED = new Set(['node_modules', '.git', '.hg', '.svn'])

/** Vim tries with a file of this name whether it may write in a folder. */
const PROBE = '4913'

/** What editors and `rsync` write beside a file before they rename it: `*.tmp`, `*~`, `.*.sw?`, `___jb_*`, `.#*`, `#*#`, `.chat.ts.Ab12Cd`. */
const TEMPORARY = /\.tmp$|~$|^\..*\.sw.$|^___jb_|^\.#|^#.*#$|^\..+\.(?:ts|mts|js|mjs|json|yaml|yml)\.[A-Za-z0-9]{6}$/

/** Names that mean something to other tools, at any depth. */
const RESERVED = [
  /^[jt]sconfig\.json$/,
  /^tsconfig\..*\.json$/,
  /^package(?:-lock)?\.json$/,
  /^pnpm-lock\.yaml$/,
  /^aigw-sync\.config\.(?:ts|js|mjs|json|yaml|yml)$/,
  /\.lock\.json$/,
]

/**
 * Whether a file can be a module at all, as an entry or because an entry imports it.
 * @param path below the folder, with forward slashes
 */
export function isSourcePath(path: string): boolean {
  return hasSourceExtension(path) && path.split('/').every((name) => !isLeftAlone(name) && !isPlumbing(name))
}

/** Whether a file declares entries: a source file outside everything whose name starts with `_` or `.`, and not reserved. */
export function isEntryPath(path: string): boolean {
  const names = path.split('/')
  return isSourcePath(path) && !names.some((name) => /^[_.]/.test(name)) && !isReserved(names.at(-1) ?? '')
}

/** The key of a module's only entry: its path without the extension. */
export function entryKey(path: string): string {
  return path.replace(EXTENSION, '')
}

/** Whether a name's last part is one of the extensions modules have; declarations (`*.d.ts`) are no modules. */
export function hasSourceExtension(name: string): boolean {
  return EXTENSION.test(name) && !DECLARATIONS.test(name)
}

/** Names of files and folders in which nothing that happens matters. */
export function isLeftAlone(name: string): boolean {
  return NEVER_ENTERED.has(name) || isProbe(name) || TEMPORARY.test(name)
}

/** Whether editors make a file of this name and delete it at once. As that of a folder it is a mistake. */
export function isProbe(name: string): boolean {
  return name === PROBE
}

/**
 * `..data` and `..2026_01_31…`, where Kubernetes keeps what a mounted folder's links lead to. The links are the modules; what
 * they lead to would be each of them a second and a third time.
 */
export function isPlumbing(name: string): boolean {
  return name.startsWith('..')
}

/**
 * What to look at when something happened at a path: the path itself; for Kubernetes' plumbing the folder that holds it, since the
 * links into it say something else now; undefined where nothing matters.
 */
export function concern(path: string): string | undefined {
  const names = path.split('/')
  const plumbing = names.findIndex(isPlumbing)
  const kept = plumbing === -1 ? names : names.slice(0, plumbing)
  return kept.some(isLeftAlone) ? undefined : kept.join('/')
}

function isReserved(name: string): boolean {
  return RESERVED.some((reserved) => reserved.test(name))
}

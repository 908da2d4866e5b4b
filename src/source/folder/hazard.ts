import { quoted } from '../../model/quoted.ts'

/** What the system says of something that modules come from. */
export interface Facts {
  /** Absolute. */
  readonly path: string
  /** `parent`: above the folder of modules. `link`: one by which the path of that folder leads to it. */
  readonly kind: 'file' | 'folder' | 'parent' | 'link'
  readonly uid: number
  readonly gid: number
  readonly mode: number
}

/** The user that runs aigw-sync. */
export interface Self {
  readonly uid: number
  /** As `chown` takes it: a name, or the number where there is none. */
  readonly name: string
}

/** Somebody else than root and ourselves decides what is at a path. */
export interface Hazard {
  readonly path: string
  /** Goes on from the path: `may be written by its group (1000)`. */
  readonly why: string
  /** What mends it, for a shell. */
  readonly command: string
}

const GROUP_WRITES = 0o020
const OTHERS_WRITE = 0o002
/** In a folder with this bit only the owner of a thing, of the folder, or root may replace the thing: as `/tmp` has it. */
const STICKY = 0o1000

/**
 * Whether somebody else could say what a module says, by the rules of sshd's StrictModes: everything belongs to root or to us, and
 * nobody else may write it. Undefined where that is so.
 *
 * Any group counts as somebody else, also one of which the user seems to be the only member: who is in a group is said in
 * several places, may change without a trace in the folder, and cannot be asked of the system from here. Where a file has an access
 * control list, the bits of the group are its mask, so that a list that lets anybody else write shows here as well.
 */
export function hazardOf(facts: Facts, self: Self): Hazard | undefined {
  const { path } = facts
  const faults = [ownerFault(facts, self), writerFault(facts)].filter((fault) => fault !== undefined)
  if (faults.length === 0) return undefined
  const why = faults.map((fault) => fault.why).join(' and ')
  return { path, why, command: faults.map((fault) => `${fault.command} ${quoted(path)}`).join(' && ') }
}

/** `/srv may be written by everybody: chmod go-w /srv`, for each of them. */
export function describeHazards(hazards: readonly Hazard[]): string {
  return hazards.map(({ path, why, command }) => `${path} ${why}: \`${command}\``).join('; ')
}

/** Of a file or folder of modules, to follow its name. */
export function refusalOf({ why, command }: Hazard): string {
  return `${why}, so it is not read; mend it with \`${command}\``
}

type Fault = Omit<Hazard, 'path'>

/** What only leads to the folder is given to root, who may read it anyway and whom everything trusts. */
function ownerFault({ kind, uid }: Facts, self: Self): Fault | undefined {
  if (uid === 0 || uid === self.uid) return undefined
  const why = `belongs to the user ${uid}`
  if (kind === 'link') return { why, command: 'chown -h root' }
  return { why, command: `chown ${kind === 'parent' ? 'root' : self.name}` }
}

/** A link has no permissions: who may replace it is a matter of the folder it is in. */
function writerFault({ kind, gid, mode }: Facts): Fault | undefined {
  const isGuarded = kind === 'link' || (kind === 'parent' && (mode & STICKY) !== 0)
  if (isGuarded || (mode & (GROUP_WRITES | OTHERS_WRITE)) === 0) return undefined
  const who = (mode & OTHERS_WRITE) === 0 ? `its group (${gid})` : 'everybody'
  return { why: `may be written by ${who}`, command: 'chmod go-w' }
}

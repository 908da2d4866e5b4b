import { accessSync, type BigIntStats, constants, realpathSync, statSync } from 'node:fs'
import { err, ok, type Result } from 'neverthrow'
import { type Guard, openGuard } from './guard.ts'
import { describeHazards } from './hazard.ts'
import { errorCode } from './system.ts'

/** The config folder as it stands at one moment. */
export interface Root {
  /** Where it really is, with no link in the path. */
  readonly real: string
  /** Tells this folder from another one that was put in its place, also from one that was given the same inode number. */
  readonly identity: string
}

/** Why a folder cannot be used. */
export interface FolderError {
  readonly type: 'missing' | 'not-a-folder' | 'unreadable' | 'unsafe'
  readonly dir: string
  readonly msg: string
}

/**
 * @returns err when nothing is at `dir`, when that is no folder, or when it cannot be listed
 */
export function findRoot(dir: string): Result<Root, FolderError> {
  try {
    const stats = statSync(dir, { bigint: true })
    if (!stats.isDirectory()) return err({ type: 'not-a-folder', dir, msg: `Expected ${dir} to be a folder, and it is a file.` })
    accessSync(dir, constants.R_OK | constants.X_OK)
    return ok({ real: realpathSync.native(dir), identity: identityOf(stats) })
  } catch (error) {
    return err(rootError(dir, errorCode(error)))
  }
}

/**
 * Whether it can be used, without looking at what is in it.
 * @param strict whether what others than root and our own user may write is not read
 * @returns err as `findRoot`, and when it is not safe
 */
export function checkRoot(dir: string, strict: boolean): Result<Root, FolderError> {
  return findRoot(dir).andThen((root) => {
    const danger = findDanger(dir, openGuard(strict))
    return danger === undefined ? ok(root) : err(danger)
  })
}

/** Whether the folder that was found there still is, and can be listed; a look asks once more when it is over. */
export function isStillThere(dir: string, { identity }: Root): boolean {
  try {
    accessSync(dir, constants.R_OK | constants.X_OK)
    return identityOf(statSync(dir, { bigint: true })) === identity
  } catch (error) {
    errorCode(error)
    return false
  }
}

/** What stands against reading anything in a folder that is there: somebody else may write it, or what leads to it. */
export function findDanger(dir: string, guard: Guard): FolderError | undefined {
  const hazards = guard.wayTo(dir)
  if (hazards.length === 0) return undefined
  const msg =
    `The folder ${dir} is not safe: others than root and the user that runs aigw-sync could change what its modules say. ` +
    `${describeHazards(hazards)}. Mend that, name a folder elsewhere with --dir, or accept it with --strict-permissions false.`
  return { type: 'unsafe', dir, msg }
}

function identityOf({ dev, ino, birthtimeNs }: BigIntStats): string {
  return `${dev}:${ino}:${birthtimeNs}`
}

function rootError(dir: string, code: string): FolderError {
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return { type: 'missing', dir, msg: `There is no folder ${dir}. Create it, or name another with --dir.` }
  }
  return {
    type: 'unreadable',
    dir,
    msg: `The folder ${dir} cannot be read (${code}). The user that runs aigw-sync needs to list and enter it: chmod u+rx.`,
  }
}

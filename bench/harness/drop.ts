import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isShellPeerInstalled, type ShellStyle, startShellPeer } from '../peers/shell.ts'
import { clock } from './clock.ts'
import { bodyText, moduleText, namesOf, writeBodies, writeModules } from './entries.ts'
import type { BenchGateway } from './gateway.ts'
import { apply, startDaemon } from './product.ts'
import type { Contestant } from './rounds.ts'
import type { Stage } from './stage.ts'

/** What is in a folder before anything is dropped into it. */
const FOLDER_SIZE = 1_000

export interface DropOptions {
  readonly gateway: BenchGateway
  /** Files a round. */
  readonly files: number
}

/** A daemon that follows a folder of its own, everything in it applied; a round drops modules into the folder. */
export async function dropModules(stage: Stage, settle: string, { gateway, files }: DropOptions): Promise<Contestant> {
  const cwd = stage.folder()
  const dir = join(cwd, 'configs')
  writeModules(dir, namesOf('there', FOLDER_SIZE))
  const work = { gateway, cwd, flags: ['--settle', settle, '--owner', `settle-${settle}`] }
  await apply(stage, work)
  await startDaemon(stage, work)
  return (round) => drop(files, `settle-${settle}-${round}`, gateway, (name) => [join(dir, `${name}.ts`), moduleText(name)])
}

/** The same with the shell, which is handed the bodies. @returns undefined where its tools are not installed */
export async function dropBodies(
  stage: Stage,
  style: ShellStyle,
  { gateway, files }: DropOptions,
): Promise<Contestant | undefined> {
  if (!isShellPeerInstalled()) return undefined
  const dir = stage.folder()
  writeBodies(dir, namesOf('there', FOLDER_SIZE))
  await startShellPeer(stage, dir, style, gateway)
  return (round) => drop(files, `${style}-${round}`, gateway, (name) => [join(dir, `${name}.json`), bodyText(name)])
}

/** @returns milliseconds from before the first file is written until the last POST has arrived */
async function drop(
  files: number,
  prefix: string,
  gateway: BenchGateway,
  contentOf: (name: string) => readonly [path: string, text: string],
): Promise<number> {
  const names = namesOf(prefix, files)
  const contents = names.map(contentOf)
  const start = clock()
  for (const [path, text] of contents) writeFileSync(path, text)
  return (await gateway.arrival(names)) - start
}

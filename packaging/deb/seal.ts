import { createHash } from 'node:crypto'
import { chmod, lstat, readdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'

/** What may be executed; everything else is read. The compiler of modules is loaded, not run. */
const EXECUTABLE = /^(?:usr\/lib\/aigw-sync\/(?:node|bin\/aigw-sync\.js)|DEBIAN\/(?:preinst|postinst|prerm|postrm))$/

/** Gives everything the mode it has once installed, whatever umask the builder has. */
export async function seal(tree: string): Promise<void> {
  for (const path of await everything(tree)) {
    const file = join(tree, path)
    const entry = await lstat(file)
    if (!entry.isSymbolicLink()) await chmod(file, entry.isDirectory() || EXECUTABLE.test(path) ? 0o755 : 0o644)
  }
}

/** `DEBIAN/md5sums`, for `dpkg --verify`. */
export async function writeMd5sums(tree: string): Promise<void> {
  const lines: string[] = []
  for (const path of await everything(tree)) {
    if (path.startsWith('DEBIAN') || !(await lstat(join(tree, path))).isFile()) continue
    const digest = createHash('md5').update(await readFile(join(tree, path)))
    lines.push(`${digest.digest('hex')}  ${path}\n`)
  }
  await writeFile(join(tree, 'DEBIAN/md5sums'), lines.join(''))
}

/** @returns bytes, as the files have them */
export async function installedSize(tree: string): Promise<number> {
  const entries = await Promise.all((await everything(tree)).map((path) => lstat(join(tree, path))))
  return entries.filter((entry) => entry.isFile()).reduce((sum, { size }) => sum + size, 0)
}

/** Paths below a folder, itself as an empty one, each folder before what is in it. */
async function everything(tree: string): Promise<readonly string[]> {
  const entries = await readdir(tree, { recursive: true, withFileTypes: true })
  return ['', ...entries.map((entry) => relative(tree, join(entry.parentPath, entry.name))).toSorted()]
}

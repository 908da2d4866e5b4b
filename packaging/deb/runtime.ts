import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { command, Refusal, ROOT } from '../script.ts'

/** The Node.js that goes into the package, as Node.js published it. */
export interface Runtime {
  readonly file: string
  /** `24.21.0`. */
  readonly version: string
  /** As dpkg calls it. */
  readonly architecture: string
  /** The folder of the transformer's native code that fits it. */
  readonly binding: string
  /** The oldest glibc that it and the native code run on, `2.28`. */
  readonly glibc: string
  /** Its licence, with those of all that it holds. */
  readonly license: string
}

const ARCHITECTURES: Record<string, string> = { x64: 'amd64', arm64: 'arm64' }

/** @throws Refusal where the runtime or the native code for it is not installed */
export async function readRuntime(): Promise<Runtime> {
  const file = join(ROOT, 'node_modules/node/bin/node')
  if (!existsSync(file)) throw new Refusal(`${file} is missing. Run: npm ci`)
  const [arch = '', version = ''] = JSON.parse(
    await command(file, ['-p', 'JSON.stringify([process.arch, process.versions.node])']),
  ) as string[]
  const architecture = ARCHITECTURES[arch]
  if (architecture === undefined) throw new Refusal(`A .deb can be built on amd64 and arm64; this Node.js is for ${arch}.`)
  const binding = `@oxc-transform/binding-linux-${arch}-gnu`
  const native = join(ROOT, 'node_modules', binding, `transform.linux-${arch}-gnu.node`)
  if (!existsSync(native)) throw new Refusal(`${native} is missing: the native code for a machine with glibc. Run: npm ci`)
  const glibc = newest([...(await glibcVersions(file)), ...(await glibcVersions(native))])
  const license = await readFile(join(ROOT, `node_modules/node/node_modules/node-linux-${arch}/LICENSE`), 'utf8')
  return { file, version, architecture, binding, glibc, license }
}

/** Which versions of glibc's symbols a binary names. */
async function glibcVersions(file: string): Promise<readonly string[]> {
  const text = await readFile(file, 'latin1')
  return [...text.matchAll(/GLIBC_(2\.\d+)/g)].map(([, version = '']) => version)
}

function newest(versions: readonly string[]): string {
  const minors = versions.map((version) => Number(version.split('.')[1]))
  return `2.${minors.reduce((most, minor) => Math.max(most, minor), 0)}`
}

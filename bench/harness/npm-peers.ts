import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const FOLDER = fileURLToPath(new URL('../peers', import.meta.url))

let have: boolean | undefined

/**
 * Installs those that come from npm, where they are not: they are nobody else's business, so the package does not depend on them.
 * @returns false where that does not work
 */
export function havePeers(): boolean {
  have ??= isUpToDate() || install()
  return have
}

/** @returns undefined where it is not installed */
export function peerVersion(name: string): string | undefined {
  const file = join(FOLDER, 'node_modules', name, 'package.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : undefined
}

function isUpToDate(): boolean {
  const { dependencies } = JSON.parse(readFileSync(join(FOLDER, 'package.json'), 'utf8')) as { dependencies: object }
  return Object.entries(dependencies).every(([name, version]) => peerVersion(name) === version)
}

function install(): boolean {
  console.error('installing the peers that come from npm into bench/peers …')
  const { status } = spawnSync('npm', ['ci'], { cwd: FOLDER, stdio: ['ignore', process.stderr, process.stderr] })
  if (status !== 0) console.error('npm does not install them: they are said to be missing')
  return status === 0
}

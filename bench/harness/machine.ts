import { spawnSync } from 'node:child_process'
import { cpus, loadavg, release, totalmem, type } from 'node:os'
import undici from 'undici/package.json' with { type: 'json' }
import cosmiconfig from 'cosmiconfig/package.json' with { type: 'json' }
import own from '../../package.json' with { type: 'json' }
import { peerVersion } from './npm-peers.ts'

/** What the figures depend on, by name. */
export function describeMachine(): readonly (readonly [string, string])[] {
  const cores = cpus()
  return [
    ['cores', `${cores.length} × ${cores[0]?.model ?? 'unknown'}`],
    ['memory', `${(totalmem() / 2 ** 30).toFixed(1)} GiB`],
    ['kernel', `${type()} ${release()}`],
    ['Node.js', process.versions.node],
    ['aigw-sync', own.version],
    ['undici', undici.version],
    ['cosmiconfig', cosmiconfig.version],
    ...['alchemy', 'c12', 'jiti'].map((name) => [name, peerVersion(name) ?? 'not installed'] as const),
    ['Terraform', versionOf('terraform', ['version'], /Terraform v(\S+)/)],
    ['inotifywait', versionOf('inotifywait', ['--help'], /inotifywait (\S+)/)],
    ['curl', versionOf('curl', ['--version'], /curl (\S+)/)],
  ]
}

/** Over one, five and fifteen minutes. */
export function describeLoad(): string {
  return loadavg()
    .map((load) => load.toFixed(2))
    .join(', ')
}

export function isInstalled(command: string): boolean {
  return spawnSync(command, ['--help'], { stdio: 'ignore' }).error === undefined
}

function versionOf(command: string, args: readonly string[], pattern: RegExp): string {
  const { stdout, error } = spawnSync(command, args, { encoding: 'utf8' })
  return error === undefined ? (pattern.exec(stdout)?.[1] ?? 'unknown') : 'not installed'
}

/**
 * A machine that systemd runs: a Debian tree, booted in a container with this checkout and this Node.js in it. Needs root, systemd-nspawn,
 * and a tree, as `make-trees` makes it.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { realpathSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { vi } from 'vitest'
import { descendants } from '../../support/proc.ts'

export interface Container {
  /** Runs a command in it as root. @returns its standard output; rejects where it fails */
  readonly run: (command: string, ...args: readonly string[]) => Promise<string>
  /** The same, with what it complains of. */
  readonly tell: (command: string, ...args: readonly string[]) => Promise<{ readonly stdout: string; readonly stderr: string }>
  /** Runs lines of shell, each of which must succeed. */
  readonly shell: (script: string) => Promise<string>
  /** Puts a file into it, whole at once. */
  readonly put: (path: string, text: string, mode?: string) => Promise<void>
  readonly stop: () => Promise<void>
}

/** What there is to boot, in the order it is given: `AIGW_SYNC_SYSTEMD_TREE=TREE:TREE`. Where that is nothing, one without a name stands for it. */
export const TREES: readonly string[] = (process.env['AIGW_SYNC_SYSTEMD_TREE'] ?? '').split(':')

export const MISSING = TREES[0] === ''

/** For what is told of a tree: that it is skipped where there is none. */
export function titleOf(tree: string, what: string): string {
  return MISSING ? `with AIGW_SYNC_SYSTEMD_TREE: trees to boot, the ${what}` : `in ${basename(tree)} the ${what}`
}

const CHECKOUT = join(import.meta.dirname, '../../..')
const PATIENCE = { timeout: 60_000, interval: 100 }

/**
 * Boots a copy of the tree, which is left as it is. `aigw-sync` and `node` are in its path.
 * @param files of this machine, by the path that they have in it
 */
export async function bootContainer(tree: string, files: Readonly<Record<string, string>> = {}): Promise<Container> {
  const modules = realpathSync(join(CHECKOUT, 'node_modules'))
  const binds = [bind(process.execPath, '/usr/local/bin/node'), bind(CHECKOUT, '/opt/aigw-sync'), bind(modules)]
  for (const [path, file] of Object.entries(files)) binds.push(bind(file, path))
  const options = [
    '--quiet',
    '--boot',
    '--register=no',
    '--keep-unit',
    '--volatile=overlay',
    '--private-network',
    '--console=pipe',
  ]
  const nspawn = spawn('systemd-nspawn', [...options, ...binds, '--directory', tree], { stdio: 'ignore' })
  const leader = await leaderOf(nspawn)
  const enter = ['--target', `${leader}`, '--all', '--'] as const
  const tell: Container['tell'] = (...command) => execute('nsenter', [...enter, ...command])
  const run: Container['run'] = async (...command) => (await tell(...command)).stdout
  const shell: Container['shell'] = (script) => run('sh', '-euc', script)
  await vi.waitUntil(() => run('systemctl', 'is-system-running', '--wait').catch(() => false), PATIENCE)
  await run('ln', '-s', '/opt/aigw-sync/bin/aigw-sync.js', '/usr/local/bin/aigw-sync')
  return {
    run,
    tell,
    shell,
    put: async (path, text, mode = '0644') => {
      const encoded = Buffer.from(text).toString('base64')
      await shell(
        `mkdir -p "$(dirname ${path})"; echo ${encoded} | base64 -d | install -m ${mode} /dev/stdin ${path}.tmp; mv ${path}.tmp ${path}`,
      )
    },
    stop: async () => {
      process.kill(leader, 'SIGKILL') // all that runs in it goes with it
      if (nspawn.exitCode === null) await once(nspawn, 'exit')
    },
  }
}

const execute = promisify(execFile)

function bind(from: string, to = from): string {
  return `--bind-ro=${from}:${to}`
}

/** The first process in the container, as it is known outside of it. */
async function leaderOf(nspawn: ChildProcess): Promise<number> {
  return vi.waitUntil(async () => {
    if (nspawn.exitCode !== null) throw new Error(`systemd-nspawn ended with ${nspawn.exitCode}`)
    return (await descendants(nspawn.pid ?? 0)).find(({ commandLine }) => /^\/\S*\/systemd\0/.test(commandLine))?.pid
  }, PATIENCE)
}

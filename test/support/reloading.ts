/** A daemon whose settings are in a file, and who has it reread them. */
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EmulatorOptions } from '../../src/emulator/emulator.ts'
import { type Line, type RunningProcess, startProcess } from './process.ts'
import { openScene, type Scene } from './scene.ts'

export interface Reloading extends Omit<Scene, 'start' | 'settled'> {
  /** Writes the settings file: YAML from an object, or a text as it is. */
  readonly write: (settings: object | string, name?: string) => Promise<void>
  /** A daemon that reads the file. */
  readonly launch: (...args: readonly string[]) => RunningProcess
  /** One that is ready. Without a rate limit, unless the file has one. */
  readonly start: (...args: readonly string[]) => Promise<RunningProcess>
  /** Sends SIGHUP, and waits until everything was read anew. */
  readonly reload: (daemon: RunningProcess) => Promise<Line>
  /** The same with these settings. */
  readonly resettle: (daemon: RunningProcess, settings: object | string) => Promise<Line>
}

const FILE = 'aigw-sync.config.yaml'

export async function openReloading(settings: object = {}, options: EmulatorOptions = {}): Promise<Reloading> {
  const scene = await openScene(options)
  const { emulator, folder } = scene
  const write: Reloading['write'] = async (content, name = FILE) => {
    const text = typeof content === 'string' ? content : JSON.stringify({ rateLimit: 'off', ...content })
    await writeFile(join(folder, name), text)
    if (name !== FILE) await rm(join(folder, FILE), { force: true })
  }
  await write(settings)
  const launch: Reloading['launch'] = (...args) => {
    const env = { AI_GATEWAY_API_KEY: emulator.token }
    return startProcess({ args: ['run', '--api-url', emulator.url, ...args], env, cwd: folder })
  }
  const reload: Reloading['reload'] = async (daemon) => {
    const before = daemon.told('daemon.reloaded').length
    daemon.child.kill('SIGHUP')
    await daemon.until(() => daemon.told('daemon.reloaded').length > before)
    return daemon.told('daemon.reloaded').at(-1)!
  }
  return {
    ...scene,
    write,
    launch,
    async start(...args) {
      const daemon = launch(...args)
      await daemon.until('daemon.ready')
      return daemon
    },
    reload,
    async resettle(daemon, next) {
      await write(next)
      return reload(daemon)
    },
  }
}

/** A daemon whose settings are in a file, and who has it reread them. */
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EmulatorOptions } from '../../src/emulator/emulator.ts'
import { decodeMetadata } from '../../src/model/stamp.ts'
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
    const env = { AI_GATEWAY_API_KEY: emulator.token, PROD: 'the value of a provider key' }
    return startProcess({ args: ['run', '--api-url', emulator.url, ...args], env, cwd: folder })
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

async function reload(daemon: RunningProcess): Promise<Line> {
  const before = daemon.told('daemon.reloaded').length
  daemon.child.kill('SIGHUP')
  await daemon.until(() => daemon.told('daemon.reloaded').length > before)
  return daemon.told('daemon.reloaded').at(-1)!
}

/** Every key on the gateway, as often as it is there. */
export function keysOn({ emulator }: Reloading): readonly string[] {
  return emulator.state.configurations.map(({ metadata }) => decodeMetadata(metadata).stamp?.key ?? '').toSorted()
}

/** Resolves when all of these were created. */
export async function created(daemon: RunningProcess, ...keys: readonly string[]): Promise<void> {
  const isCreated = (key: string) => daemon.told('config.created').some((line) => line['key'] === key)
  await daemon.until(() => keys.every(isCreated))
}

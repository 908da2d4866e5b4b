/** The real daemon, over a folder of its own, against an emulator in the process of the test. */
import { expect, onTestFinished, vi } from 'vitest'
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts'
import { decodeMetadata } from '../../src/model/stamp.ts'
import { valueOf } from '../settings/result.ts'
import { type ConfigFolder, createConfigFolder, type Files, writeFiles } from './config-folder.ts'
import { PATIENCE } from './patience.ts'
import { type Line, type RunningProcess, startProcess } from './process.ts'
import { followStory, type Story } from './story.ts'

export interface Stage extends ConfigFolder, Story {
  readonly emulator: Emulator
  readonly daemon: RunningProcess
  /** How many creates were asked of the gateway. */
  readonly creates: () => number
  /** Name by key of everything on the gateway. */
  readonly names: () => Readonly<Record<string, string>>
  /** The first line of an event that concerns an entry, by key, or a file. */
  readonly line: (event: string, subject: string) => Promise<Line>
  /** Changes several things, of which the daemon sees none before the last, however busy the machine is: it is suspended meanwhile. */
  readonly atOnce: (change: () => void) => void
  /** Stops the daemon, changes something, and starts another on the same folder, lockfile and gateway. */
  readonly restart: (change: () => void) => Promise<Stage>
}

export interface StageOptions {
  readonly flags?: readonly string[]
  readonly env?: Record<string, string>
}

/**
 * @param content files for the folder, or what fills it
 * @returns when everything they declare is created; nothing of that counts as told
 */
export async function setStage(
  content: Files | ((folder: ConfigFolder) => void) = {},
  options: StageOptions = {},
): Promise<Stage> {
  const folder = createConfigFolder()
  if (typeof content === 'function') content(folder)
  else writeFiles(folder.dir, content)
  const emulator = valueOf(await startEmulator())
  onTestFinished(() => emulator.close())
  return perform(folder, emulator, options)
}

async function perform(folder: ConfigFolder, emulator: Emulator, options: StageOptions): Promise<Stage> {
  const { flags = [], env = {} } = options
  const args = ['run', '--dir', folder.dir, '--api-url', emulator.url, '--rate-limit', 'off', ...flags]
  const daemon = startProcess({ args, cwd: folder.around, env: { ...env, AI_GATEWAY_API_KEY: emulator.token } })
  onTestFinished(async () => void (await daemon.kill('SIGTERM'))) // so that no module goes on running
  await untilCreated(daemon)
  return {
    ...folder,
    ...followStory(folder, daemon.lines),
    emulator,
    daemon,
    creates: () => emulator.requests.count('POST', '/access-key-configurations'),
    names: () => namesByKey(emulator),
    line: (event, subject) => daemon.until((line) => line.event === event && [line['key'], line['file']].includes(subject)),
    atOnce(change) {
      daemon.child.kill('SIGSTOP')
      change()
      daemon.child.kill('SIGCONT')
    },
    async restart(change) {
      expect(await daemon.kill('SIGTERM')).toBe(0)
      change()
      return perform(folder, emulator, options)
    },
  }
}

async function untilCreated(daemon: RunningProcess): Promise<void> {
  await daemon.until('daemon.ready')
  const { changes } = await daemon.until('plan.computed')
  const { create = 0 } = changes as { create?: number }
  const isComplete = () => daemon.lines.filter(({ event }) => event === 'config.created').length === create
  await vi.waitUntil(isComplete, PATIENCE)
}

function namesByKey({ state }: Emulator): Readonly<Record<string, string>> {
  return Object.fromEntries(
    state.configurations.map(({ name, metadata }) => [decodeMetadata(metadata).stamp?.key ?? 'unstamped', name]),
  )
}

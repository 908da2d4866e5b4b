import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * systemd believes none but the main process of this unit, which cannot speak for itself here. What the command `systemd-notify` says is
 * dropped, and the command reports success: a start would hang until `TimeoutStartSec=`.
 */
export interface Unheard {
  readonly type: 'unheard'
  readonly unit: string
  /** What the unit says: `main`, `exec`, `none`. */
  readonly notifyAccess: string
}

/** Where systemd looks for what it runs, the strongest first (systemd.unit(5)). */
const FOLDERS = [
  '/etc/systemd/system.control',
  '/run/systemd/system.control',
  '/run/systemd/transient',
  '/run/systemd/generator.early',
  '/etc/systemd/system',
  '/etc/systemd/system.attached',
  '/run/systemd/system',
  '/run/systemd/system.attached',
  '/run/systemd/generator',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
  '/run/systemd/generator.late',
]

/**
 * Whether systemd takes messages from other processes than this, by what the unit's files say: a user that systemd made up may not be able to ask
 * systemd itself, since D-Bus refuses users that it finds no account of.
 * @returns undefined where it does, and where nobody knows
 */
export async function findUnheard(): Promise<Unheard | undefined> {
  if (process.ppid !== 1) return undefined // another than systemd of the host has started it, and may listen
  const unit = unitOf(await read('/proc/self/cgroup'))
  if (unit === undefined) return undefined
  const notifyAccess = await notifyAccessOf(unit, FOLDERS)
  return notifyAccess === undefined || notifyAccess === 'all' ? undefined : { type: 'unheard', unit, notifyAccess }
}

/** @param cgroup what `/proc/self/cgroup` says. @returns the service of which this is a process of its own, and not of a container in it */
export function unitOf(cgroup: string): string | undefined {
  const path = /^(?:0:|\d+:name=systemd):(?<path>\/.*)$/m.exec(cgroup)?.groups?.['path']
  return /\/(?<unit>[\w:.@\\-]+\.service)$/.exec(path ?? '')?.groups?.['unit']
}

/**
 * @param folders that hold units, the strongest first
 * @returns what the unit and its drop-ins say of `NotifyAccess=`, if they do
 */
export async function notifyAccessOf(unit: string, folders: readonly string[]): Promise<string | undefined> {
  const names = unit.includes('@') ? [unit, unit.replace(/@.*/, '@.service')] : [unit]
  const fragments = await Promise.all(names.flatMap((name) => folders.map((folder) => read(join(folder, name)))))
  const texts = [fragments.find((text) => text !== '') ?? '', ...(await readDropIns(names, folders))]
  return texts.flatMap((text) => [...text.matchAll(/^\s*NotifyAccess\s*=\s*(\w+)\s*$/gm)].map(([, value]) => value)).at(-1)
}

/** In the order in which they count: that of their names, in whatever folder. Of one name the strongest is taken. */
async function readDropIns(names: readonly string[], folders: readonly string[]): Promise<readonly string[]> {
  const places = [...names, ...prefixesOf(names.at(-1) ?? ''), 'service'].flatMap((name) =>
    folders.map((folder) => join(folder, `${name}.d`)),
  )
  const found = await Promise.all(places.map(async (place) => ({ place, files: await readdir(place).catch(() => []) })))
  const byName = new Map<string, string>()
  for (const { place, files } of found.toReversed())
    for (const file of files) if (file.endsWith('.conf')) byName.set(file, join(place, file))
  return Promise.all([...byName.keys()].toSorted().map((file) => read(byName.get(file) ?? '')))
}

/** `a-b.service` is also set by `a-.service.d`. */
function prefixesOf(name: string): readonly string[] {
  const dashes = [...name.replace(/@?\.service$/, '').matchAll(/-/g)].map(({ index }) => index)
  return dashes.toReversed().map((index) => `${name.slice(0, index + 1)}.service`)
}

/** @returns nothing where it cannot be read: it is not known then */
function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '')
}

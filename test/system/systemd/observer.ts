import { vi } from 'vitest'
import type { Line } from '../../support/process.ts'
import type { Container } from './container.ts'

export const PATIENCE = { timeout: 60_000, interval: 100 }

/** Looks at the services of a container from outside of them. */
export interface Observer {
  /** What a unit has logged so far. */
  readonly lines: (unit?: string) => Promise<readonly Line[]>
  /** The first line of an event, of an entry by its key or a module by its file, once it is there. */
  readonly told: (event: string, subject?: string) => Promise<Line>
  /** What `systemctl show` says of a unit. */
  readonly property: (unit: string, name: string) => Promise<string>
  readonly uidOf: (unit: string) => Promise<string>
}

export function observe(container: Container): Observer {
  const { run } = container
  const lines: Observer['lines'] = async (unit = 'aigw-sync') => {
    const text = await run('journalctl', '--unit', unit, '--output', 'cat')
    return text.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Line] : []))
  }
  const property: Observer['property'] = async (unit, name) =>
    (await run('systemctl', 'show', '--value', '--property', name, unit)).trim()
  return {
    lines,
    property,
    told: (event, subject) => {
      const fits = (line: Line) => line.event === event && [line['key'], line['file'], undefined].includes(subject)
      return vi.waitUntil(async () => (await lines()).find(fits), PATIENCE)
    },
    uidOf: async (unit) => run('stat', '-c', '%u', `/proc/${await property(unit, 'MainPID')}`),
  }
}

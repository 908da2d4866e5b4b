import { spawnSync } from 'node:child_process'
import { isInstalled } from './proc.ts'

/** For the title of what is skipped without it; empty where it is there. */
export const NO_PROMTOOL = isInstalled('promtool') ? '' : ' (skipped: promtool of Prometheus is not installed)'

export interface Verdict {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs Prometheus' own tool for checking what it is given. */
export function promtool(args: readonly string[], input = ''): Verdict {
  const { status, stdout, stderr } = spawnSync('promtool', args, { input, encoding: 'utf8' })
  return { status, stdout, stderr }
}

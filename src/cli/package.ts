import { fileURLToPath } from 'node:url'
import manifest from '../../package.json' with { type: 'json' }

/** The version of this aigw-sync. */
export const VERSION: string = manifest.version

/** Where this aigw-sync is installed: the sources lie two folders down, the bundle one. */
export function packageFolder(): string {
  return fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../..' : '..', import.meta.url))
}

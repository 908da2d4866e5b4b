import type { Access } from './configuration.ts'

/** Whether the scope lets keys reach every provider and model: it is left out, or restricts neither dimension. */
export function isUnrestricted(access: Access | undefined): boolean {
  return access?.providers?.allow === undefined && access?.models?.allow === undefined
}

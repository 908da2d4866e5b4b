import type { Report } from '../model/events.ts'
import type { House } from './house.ts'

/** Says that the lockfile was begun anew, once it is known what the gateway gave back. */
export function reportRebuilt({ store, reconciler }: Pick<House, 'store' | 'reconciler'>, report: Report): void {
  const { origin } = store
  if (origin.type !== 'rebuilding') return
  const { linked } = reconciler.standing
  if (origin.reason === 'missing' && linked === 0) return // the first start: nothing was lost
  const aside = 'aside' in origin ? { aside: origin.aside } : {}
  report({ event: 'lockfile.rebuilt', reason: origin.reason, entries: linked, ...aside })
}

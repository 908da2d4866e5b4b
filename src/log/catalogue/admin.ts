import { ALWAYS, MAYBE, type Rows } from '../row.ts'
import { because } from '../words.ts'

/** What the daemon is asked by those on its host. */
export const adminEvents: Rows<'admin'> = {
  'admin.failed': {
    level: 'warn',
    meaning: 'The admin socket beside the lockfile cannot be had. The daemon goes on; `status` tells from the lockfile alone.',
    fields: { msg: ALWAYS, errorCode: MAYBE },
    sentence: (failure) =>
      `there is no admin socket: ${because(failure)}; the daemon goes on, and status tells from the lockfile`,
  },
}

import { ALWAYS, FAILURE, MAYBE, type Rows } from '../row.ts'
import { because, count } from '../words.ts'

/** What the daemon is asked by those on its host. */
export const adminEvents: Rows<'admin' | 'webhook'> = {
  'webhook.failed': {
    level: 'warn',
    meaning: 'Where `webhook` says, `count` events were not taken. They are in the log.',
    fields: { ...FAILURE, count: ALWAYS },
    sentence: ({ count: lost, ...failure }) => `the webhook was not told of ${count(lost, 'event')}: ${because(failure)}`,
  },
  'admin.listening': {
    level: 'info',
    meaning:
      'The status page is there: `adminListen` has its address. Whoever can reach that may read it, and nobody may change anything there.',
    fields: { url: ALWAYS },
    sentence: ({ url }) => `the status page is at ${url}, for whoever can reach that`,
  },
  'admin.failed': {
    level: 'warn',
    meaning:
      'The admin socket beside the lockfile cannot be had: `status` tells from the lockfile alone. With `url`: there is no status page. The daemon goes on.',
    fields: { url: MAYBE, msg: ALWAYS, errorCode: MAYBE },
    sentence: (failure) =>
      failure.url === undefined
        ? `there is no admin socket: ${because(failure)}; the daemon goes on, and status tells from the lockfile`
        : `there is no status page at ${failure.url}: ${because(failure)}; the daemon goes on without it`,
  },
}

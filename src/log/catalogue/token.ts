import { ALWAYS, type Rows } from '../row.ts'

/** The API token while the daemon runs. */
export const tokenEvents: Rows<'token'> = {
  'token.renewed': {
    level: 'info',
    meaning: 'There is another token in its place: requests carry it from now on.',
    fields: { place: ALWAYS },
    sentence: ({ place }) => `there is another API token: from ${place}`,
  },
  'token.unreadable': {
    level: 'warn',
    meaning: 'The token was looked for again, and its place holds none that can be used. The one that is there stays.',
    fields: { place: ALWAYS, msg: ALWAYS },
    sentence: ({ msg }) => `${msg}; going on with the token that was there`,
  },
}

import type { EventFields, EventName } from '../model/events.ts'
import { CATALOGUE } from './catalogue.ts'
import { ALWAYS } from './row.ts'

/** `docs/events.md`, made from the catalogue. */
export function eventsDocument(): string {
  return `# Log events

<!-- Made from src/log/catalogue by \`UPDATE_DOCS=1 npx vitest run test/docs\`. -->

The log is on standard output: one JSON object a line, or, on a terminal or with \`--log-format pretty\`, the same for people. Every
line has \`level\` (a word), \`time\` (RFC 3339, UTC), \`event\` (a name that stays) and \`msg\` (a sentence for people, which may change).
When the reader of standard output goes away, aigw-sync goes on without a log.

Under systemd the journal keeps these lines as they are, each with the priority of its level: \`journalctl -u aigw-sync -o cat -f\` follows
them, \`-p warning\` leaves out what is well, and \`-o cat | jq\` reads their fields. How long they are kept is the journal's to say
(journald.conf(5)).

| event | level | meaning | fields |
|---|---|---|---|
${(Object.keys(CATALOGUE) as EventName[]).map(row).join('\n')}

## Fields

Those with \`?\` are on some lines of the event only.

| field | meaning |
|---|---|
${Object.entries(FIELDS)
  .map(([field, meaning]) => `| \`${lineField(field)}\` | ${meaning} |`)
  .join('\n')}
`
}

function row(name: EventName): string {
  const { level, meaning, fields } = CATALOGUE[name]
  const names = Object.entries(fields).map(([field, presence]) => `\`${lineField(field)}${presence === ALWAYS ? '' : '?'}\``)
  return `| \`${name}\` | ${level} | ${meaning} | ${names.join(', ')} |`
}

/** An event's own `msg` is the line's `error`: the line's `msg` is the whole sentence. */
function lineField(field: string): string {
  return field === 'msg' ? 'error' : field
}

type Field = { [Name in EventName]: keyof EventFields[Name] }[EventName]

const FIELDS: { readonly [Name in Field]: string } = {
  key: 'the key of the entry',
  id: 'the id of the configuration on the gateway, or of the provider key',
  provider: 'the provider that the provider key is for',
  ids: 'the ids of the configurations in question',
  fields: 'which fields of the configuration differed, or of the provider key: `value`, `name`, `metadata`',
  from: 'the key it had before',
  reach:
    'what keys with the configuration reach now, compared with before (`drift.detected`: on the gateway, compared with what is declared): `same`, `narrower`, `wider`, or `other`: more in one way, less in another',
  action: 'what is done about it: `correct`, `report`, `hold`',
  lastUpdatedBy: 'the id of who wrote it last',
  updatedAt: 'when that was, by the clock of the gateway',
  stays: 'why it stays: `policy`, `protected`, `unrecorded`, `unloaded`, `grace`, `guard`, `in-use`',
  accessKeys: 'the access keys that refer to the configuration, each with `id` and, where it has one, `name`',
  guard: 'which guard: `delete-max`, `delete-max-percent`, `key-delete-max`, `key-delete-max-percent`, `unknown-ids`',
  count: 'how many changes it concerns, or events',
  limit: 'how many would be allowed',
  managed: 'how many entries the lockfile has, or how many provider keys are ours',
  confirm: 'how many configurations and provider keys are to be deleted in all, which is what `--confirm-deletes` takes',
  name: 'the name of the configuration, or of the provider key as it is declared',
  source: 'the module that declared the entry, below the folder',
  sources: 'the modules in question, below the folder',
  msg: 'what went wrong, in the words of who refused it',
  status: 'the HTTP status of the answer of the gateway',
  errorCode: 'the code of the gateway (`ERR_NGROK_…`) or of the system (`ECONNREFUSED`, `ENOSPC`)',
  operationId: 'the id of the request at the gateway, for its support',
  attempt: 'which try it was, from 1',
  delayMs: 'milliseconds until the next try',
  durationMs: 'milliseconds it took',
  permanent: 'whether trying again as it is would be in vain',
  settled: 'true where the answer was lost and a listing showed the outcome',
  reason: 'why, as one word of a fixed set',
  file: 'the module, below the folder',
  problem: 'why a module does not load: `unreadable`, `unsafe`, `syntax`, `import`, `threw`, `timeout`, `exit`, `invalid`',
  line: 'the line in the module, from 1',
  column: 'the column in the module, from 1',
  path: 'the place in the data: `router.rules[0].steps[0].keys`; `gateway.listing`: what is listed, below the API',
  gaps: 'what is lacking: `network`, `orphans`, `memory`',
  frame: 'the lines of the module around the place, with a marker',
  method: 'the HTTP method of a request',
  collection: 'what of the API it is about: `access-key-configurations`, `provider-keys`, `access-keys`',
  change:
    'what was to be done about the entry: `create`, `adopt`, `update`, `move`, `delete`, `settle` an unknown outcome, or something in the lockfile',
  keys: 'the keys that the module declared when it last loaded',
  files: 'how many modules there are',
  entries: 'how many entries there are',
  evaluated: 'how many modules were run for it',
  invalid: 'how many modules do not load',
  pending: 'how many entries are not on the gateway as declared',
  changes: 'counts by kind of change; kinds that do not occur are left out',
  providerKeys: 'the same of the managed provider keys that something is to be done about',
  configurations: 'how many configurations the account has (`provider-key.orphaned`: the ids of those that refer to it)',
  pages: 'how many requests that took',
  items: 'how many were listed so far',
  aside: 'where the old lockfile is kept',
  version: 'the version of aigw-sync',
  pid: 'the process id',
  node: 'the version of Node.js',
  dir: 'the folder of modules',
  lockfile: 'the path of the lockfile',
  apiUrl: 'the address of the gateway',
  owner: 'the owner in our stamps',
  policy: 'the policy',
  signal: 'the signal that came',
  settings: 'the names of the settings in question',
  place: 'where the token comes from, in words',
  scope: '`writing` where the token is taken for reading',
  inFlight: 'requests that are under way',
  unfinished: 'requests whose outcome is not known',
  url: 'the address of the emulator, or of the status page',
}

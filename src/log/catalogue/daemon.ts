import { formatDuration } from '../../model/duration.ts'
import { ALWAYS, FAILURE, MAYBE, type Rows } from '../row.ts'
import { because, count, list } from '../words.ts'

/** The life of the process. */
export const daemonEvents: Rows<'daemon' | 'emulator' | 'settings'> = {
  'daemon.started': {
    level: 'info',
    meaning: 'The process is up and knows its settings.',
    fields: {
      version: ALWAYS,
      pid: ALWAYS,
      node: ALWAYS,
      dir: ALWAYS,
      lockfile: ALWAYS,
      apiUrl: ALWAYS,
      owner: ALWAYS,
      policy: ALWAYS,
    },
    sentence: ({ version, pid, dir, apiUrl, owner, policy }) =>
      `aigw-sync ${version} (pid ${pid}): from ${dir} to ${apiUrl}, owner ${owner}, policy ${policy}`,
  },
  'daemon.ready': {
    level: 'info',
    meaning: 'The folder is watched, the gateway was listed, the plan is made; `pending` entries are being worked on.',
    fields: { entries: ALWAYS, pending: ALWAYS, durationMs: ALWAYS },
    sentence: ({ entries, pending, durationMs }) =>
      `ready after ${formatDuration(durationMs)}: ${count(entries, 'entry', 'entries')}, ` +
      (pending === 0 ? 'nothing to do' : `${pending} to be worked on`),
  },
  'daemon.reloading': {
    level: 'info',
    meaning: 'SIGHUP asked it to read the settings, the token and the secrets anew, and to resync.',
    fields: { signal: ALWAYS },
    sentence: ({ signal }) => `${signal}: reading the settings, the token and the secrets anew, and looking at everything again`,
  },
  'daemon.reloaded': {
    level: 'info',
    meaning: 'Everything was read anew. `settings` names those that are others now and take effect; a resync follows.',
    fields: { settings: ALWAYS, durationMs: ALWAYS },
    sentence: ({ settings, durationMs }) =>
      `reloaded in ${formatDuration(durationMs)}, with ${settings.length === 0 ? 'the same settings' : `other settings: ${list(settings)}`}`,
  },
  'settings.refused': {
    level: 'error',
    meaning: 'Settings that a reload has read do not hold: those that were there go on, all of them.',
    fields: { msg: ALWAYS },
    sentence: ({ msg }) => `the settings stay as they were: ${msg}`,
  },
  'settings.postponed': {
    level: 'warn',
    meaning: 'Only a restart takes these settings, which a reload found changed. Told at each reload for as long as they differ.',
    fields: { settings: ALWAYS },
    sentence: ({ settings }) => `only a restart takes what changed of ${list(settings)}: until then it stays as it was`,
  },
  'daemon.stopping': {
    level: 'info',
    meaning: 'A signal asked it to stop: it takes no more work and finishes what is in flight.',
    fields: { signal: ALWAYS, inFlight: ALWAYS },
    sentence: ({ signal, inFlight }) =>
      inFlight === 0
        ? `${signal}: stopping`
        : `${signal}: stopping once ${count(inFlight, 'request')} in flight finished; a second signal stops at once`,
  },
  'daemon.stopped': {
    level: 'info',
    meaning: 'The last line of an orderly stop.',
    fields: { durationMs: ALWAYS, unfinished: ALWAYS },
    sentence: ({ durationMs, unfinished }) =>
      unfinished === 0
        ? `stopped in ${formatDuration(durationMs)}`
        : `stopped in ${formatDuration(durationMs)} with ${count(unfinished, 'request')} unfinished: the next start settles by listing what became of them`,
  },
  'daemon.failed': {
    level: 'fatal',
    meaning: 'It cannot go on, and ends.',
    fields: FAILURE,
    sentence: (failure) => `aigw-sync cannot go on: ${because(failure)}`,
  },
  'daemon.unnotified': {
    level: 'warn',
    meaning:
      'systemd asked to be told how the daemon fares, and that cannot be done. Told once; systemd may take the start for failed.',
    fields: { msg: ALWAYS, errorCode: MAYBE },
    sentence: (failure) =>
      `systemd cannot be told how aigw-sync fares: ${because(failure)}; its unit needs \`OpenFile=\` or \`NotifyAccess=all\` (docs/health.md)`,
  },
  'emulator.started': {
    level: 'info',
    meaning: 'The emulator answers at this address.',
    fields: { url: ALWAYS },
    sentence: ({ url }) => `the emulator answers at ${url}; it keeps everything in memory`,
  },
}

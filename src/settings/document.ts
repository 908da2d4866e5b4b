import { CATALOGUE, FILE_FLAG, FILE_VARIABLE, SETTING_NAMES, flagOf, variableOf } from './catalogue.ts'
import { PLACES } from './places.ts'
import type { SettingName } from './settings.ts'

/** `docs/settings.md`, made from the catalogue. */
export function settingsDocument(): string {
  return `# Settings

<!-- Made from src/settings/catalogue.ts by \`UPDATE_DOCS=1 npx vitest run test/docs\`. -->

Strongest first: flags, variables, the settings file, defaults. A setting that this version does not know is an error, and so is an
unknown \`AIGW_SYNC_\` variable; the exit code is 78, and every problem is named.

| setting | flag | variable | default | value | reload | meaning |
|---|---|---|---|---|---|---|
${SETTING_NAMES.map(row).join('\n')}

Times are written \`500ms\`, \`30s\`, \`1.5m\`, \`2h\`. Relative paths are relative to the working directory, and in a settings file to the
file's own folder.

A running daemon reads them anew on SIGHUP (\`systemctl reload\`): the settings file as it is then, under the same flags and the same environment. What says
*yes* under *reload* takes effect at once; of what says *no*, the old value stays until a restart, and a reload that finds another one says so
(\`settings.postponed\`). Where anything is wrong, all stay as they were (\`settings.refused\`).

## The settings file

\`${FILE_FLAG} FILE\` (\`${FILE_VARIABLE}\`) names it. Otherwise the first of these counts that the working directory has and that is not
empty; of \`package.json\`, its property \`aigw-sync\`:

${PLACES.map((place) => `- \`${place}\``).join('\n')}

Modules (\`.ts\`, \`.js\`, \`.mjs\`, \`.cjs\`) export an object of settings as their default, within five seconds. It is a file of at most
1 MiB; \`${FILE_FLAG} /dev/null\` has no settings, wherever files may lie.

## The API token

It is no setting, and no flag takes it. Strongest first: the systemd credential \`ai-gateway-api-key\`, the file named by
\`AI_GATEWAY_API_KEY_FILE\`, the variable \`AI_GATEWAY_API_KEY\`. With \`--emulator\` none is needed. The file may be a pipe, which is read once:
\`AI_GATEWAY_API_KEY_FILE=<(pass show ngrok) aigw-sync run\`.

## A gateway behind a certificate of your own

Where a proxy or a gateway has a certificate that is not signed by one of the usual authorities, \`NODE_EXTRA_CA_CERTS=FILE\` in the environment
adds that of yours, as PEM: \`Environment=NODE_EXTRA_CA_CERTS=/etc/ssl/ours.pem\` in a unit.
`
}

function row(name: SettingName): string {
  const { kind, default: standard, reload, meaning } = CATALOGUE[name]
  const cells = [
    `\`${name}\``,
    `\`${flagOf(name)}\``,
    `\`${variableOf(name)}\``,
    standard === undefined ? '' : `\`${standard}\``,
    kind.expected,
    reload === 'restart' ? 'no' : 'yes',
    meaning,
  ]
  return `| ${cells.join(' | ')} |`
}

import type { Flag, Outline } from './outline.ts'

/** The completion for fish, to lie in `vendor_completions.d` as `aigw-sync.fish`. */
export function fishCompletion(program: Outline): string {
  const names = program.commands.map(({ name }) => name).join(' ')
  const lines = [
    `# fish completion of ${program.name}; made by \`UPDATE_DOCS=1 npx vitest run test/packaging/texts\``,
    `complete -c ${program.name} -f`,
    ...program.flags.map((flag) => complete(program, '__fish_use_subcommand', flag)),
    ...program.commands.map(
      ({ name, meaning }) =>
        `complete -c ${program.name} -n "not __fish_seen_subcommand_from ${names}" -a ${name} -d ${quote(meaning)}`,
    ),
    ...program.commands.flatMap((command) => commandLines(program, command)),
  ]
  return `${lines.join('\n')}\n`
}

function commandLines(program: Outline, command: Outline): readonly string[] {
  const when = `__fish_seen_subcommand_from ${command.name}`
  const takesPath = command.arguments.some(({ values }) => values === 'path')
  return [
    ...command.flags.map((flag) => complete(program, when, flag)),
    ...(takesPath ? [`complete -c ${program.name} -n "${when}" -F`] : []),
  ]
}

function complete(program: Outline, when: string, { short, long, placeholder, values, meaning }: Flag): string {
  const parts = [
    `complete -c ${program.name} -n "${when}"`,
    short === undefined ? '' : `-s ${short.slice(1)}`,
    `-l ${long.slice(2)}`,
    placeholder === undefined ? '' : valueParts(values),
    `-d ${quote(meaning)}`,
  ]
  return parts.filter(Boolean).join(' ')
}

function valueParts(values: Flag['values']): string {
  if (values === 'anything') return '-x'
  return values === 'path' ? '-r -F' : `-x -a ${quote(values.join(' '))}`
}

function quote(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`
}

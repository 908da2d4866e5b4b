import type { Argument, Flag, Outline, Values } from './outline.ts'

/** The completion for zsh, to lie in a folder of `fpath` as `_aigw-sync`. */
export function zshCompletion(program: Outline): string {
  return `#compdef ${program.name}
# made by \`UPDATE_DOCS=1 npx vitest run test/packaging/texts\`

local context state state_descr line
typeset -A opt_args
local -a commands
commands=(
${program.commands.map(({ name, meaning }) => `  ${quote(`${name}:${meaning}`)}`).join('\n')}
)

_arguments -C \\
${program.flags.map((flag) => `  ${flagSpec(flag)} \\`).join('\n')}
  '1:command:->command' \\
  '*::argument:->argument'

case $state in
  command)
    _describe -t commands command commands
    ;;
  argument)
    case $line[1] in
${program.commands.map(commandCase).join('\n')}
    esac
    ;;
esac
`
}

function commandCase(command: Outline): string {
  const specs = [...command.flags.map(flagSpec), ...command.arguments.map(argumentSpec)]
  return `      ${command.name})\n        _arguments \\\n${specs.map((spec) => `          ${spec}`).join(' \\\n')}\n        ;;`
}

function flagSpec({ short, long, placeholder, meaning, values }: Flag): string {
  const explained = `[${escape(meaning, /[\][\\:]/g)}]`
  const value = placeholder === undefined ? '' : `:${escape(placeholder.slice(1, -1), /[\\:]/g)}:${actionOf(values)}`
  if (short !== undefined) return `${quote(`(${short} ${long})`)}{${short},${long}}${quote(explained + value)}`
  return quote(`${long}${placeholder === undefined ? '' : '='}${explained}${value}`)
}

function argumentSpec({ usage, meaning, values }: Argument): string {
  return quote(`${usage.includes('...') ? '*' : ''}:${escape(meaning, /[\\:]/g)}:${actionOf(values)}`)
}

function actionOf(values: Values): string {
  if (values === 'anything') return ''
  return values === 'path' ? '_files' : `(${values.join(' ')})`
}

function escape(text: string, special: RegExp): string {
  return text.replaceAll(special, String.raw`\$&`)
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

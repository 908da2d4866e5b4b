import type { Flag, Outline, Values } from './outline.ts'

/** The completion for bash 4 and later; it needs no bash-completion to be installed. */
export function bashCompletion(program: Outline): string {
  const names = program.commands.map(({ name }) => name)
  return `# bash completion of ${program.name}; made by \`UPDATE_DOCS=1 npx vitest run test/packaging/texts\`

_aigw_sync() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} command= i
  COMPREPLY=()

  # \`--flag=value\` comes as three words.
  if [[ $word == = ]]; then
    word=
  elif [[ $before == = ]]; then
    before=\${COMP_WORDS[COMP_CWORD - 2]}
  fi

  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      ${names.join(' | ')})
        command=\${COMP_WORDS[i]}
        break
        ;;
    esac
  done

  case $before in
${valueCases(program)}
  esac

  case $command in
${[program, ...program.commands].map((outline) => commandCase(outline, outline === program)).join('\n')}
  esac
}

_aigw_sync_words() {
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$word")
}

_aigw_sync_paths() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -f -- "$word")
}

complete -F _aigw_sync ${program.name}
`
}

function valueCases(program: Outline): string {
  const groups = new Map<string, Set<string>>()
  for (const flag of takingValues(program)) {
    const offer = offerOf(flag.values)
    groups.set(offer, (groups.get(offer) ?? new Set()).add(flag.long))
  }
  return [...groups]
    .map(([offer, flags]) => `    ${[...flags].join(' | ')})\n${offer === '' ? '' : `      ${offer}\n`}      return\n      ;;`)
    .join('\n')
}

function takingValues(program: Outline): readonly Flag[] {
  return program.commands.flatMap(({ flags }) => flags).filter(({ placeholder }) => placeholder !== undefined)
}

function offerOf(values: Values): string {
  if (values === 'anything') return ''
  return values === 'path' ? '_aigw_sync_paths' : `_aigw_sync_words '${values.join(' ')}'`
}

function commandCase(outline: Outline, isProgram: boolean): string {
  const words = [...outline.commands.map(({ name }) => name), ...outline.flags.flatMap(({ short, long }) => [long, short ?? ''])]
  const offer = `_aigw_sync_words '${words.filter(Boolean).join(' ')}'`
  const takesPath = outline.arguments.some(({ values }) => values === 'path')
  const body = takesPath ? `if [[ $word == -* ]]; then\n        ${offer}\n      else\n        _aigw_sync_paths\n      fi` : offer
  return `    ${isProgram ? "''" : outline.name})\n      ${body}\n      ;;`
}

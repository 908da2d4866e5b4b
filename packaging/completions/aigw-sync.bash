# bash completion of aigw-sync; made by `UPDATE_DOCS=1 npx vitest run test/packaging/texts`

_aigw_sync() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command= i
  COMPREPLY=()

  # `--flag=value` comes as three words.
  if [[ $word == = ]]; then
    word=
  elif [[ $before == = ]]; then
    before=${COMP_WORDS[COMP_CWORD - 2]}
  fi

  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      run | apply | plan | validate | adopt | import | status | init | emulator | evaluator)
        command=${COMP_WORDS[i]}
        break
        ;;
    esac
  done

  case $before in
    --dir | --lockfile | --evaluator-socket | --settings)
      _aigw_sync_paths
      return
      ;;
    --api-url | --owner | --delete-grace | --delete-max | --delete-max-percent | --resync-interval | --settle | --concurrency | --request-timeout | --retries | --rate-limit | --evaluation-timeout | --evaluation-memory | --admin-listen | --webhook | --emulator-latency | --emulator-faults | --emulator-rate-limit | --emulator-seed | --confirm-deletes | --from-owner | --latency | --faults | --seed | --port | --token)
      return
      ;;
    --policy)
      _aigw_sync_words 'create-only upsert-only sync'
      return
      ;;
    --drift)
      _aigw_sync_words 'report correct correct-all'
      return
      ;;
    --strict-permissions)
      _aigw_sync_words 'true false'
      return
      ;;
    --log-level)
      _aigw_sync_words 'trace debug info warn error fatal silent'
      return
      ;;
    --log-format)
      _aigw_sync_words 'json pretty'
      return
      ;;
  esac

  case $command in
    '')
      _aigw_sync_words 'run apply plan validate adopt import status init emulator evaluator --version -V --help -h'
      ;;
    run)
      _aigw_sync_words '--dir --lockfile --api-url --allow-http --owner --policy --drift --delete-grace --delete-max --delete-max-percent --resync-interval --settle --concurrency --request-timeout --retries --rate-limit --evaluation-timeout --evaluation-memory --evaluator-socket --require-access --plain-secrets --strict-permissions --admin-listen --webhook --log-level --log-format --settings --emulator --emulator-latency --emulator-faults --emulator-rate-limit --emulator-seed --help -h'
      ;;
    apply)
      _aigw_sync_words '--dir --lockfile --api-url --allow-http --owner --policy --drift --delete-grace --delete-max --delete-max-percent --resync-interval --settle --concurrency --request-timeout --retries --rate-limit --evaluation-timeout --evaluation-memory --evaluator-socket --require-access --plain-secrets --strict-permissions --admin-listen --webhook --log-level --log-format --settings --emulator --emulator-latency --emulator-faults --emulator-rate-limit --emulator-seed --confirm-deletes --dry-run --help -h'
      ;;
    plan)
      _aigw_sync_words '--dir --lockfile --api-url --allow-http --owner --policy --drift --delete-grace --delete-max --delete-max-percent --resync-interval --settle --concurrency --request-timeout --retries --rate-limit --evaluation-timeout --evaluation-memory --evaluator-socket --require-access --plain-secrets --strict-permissions --admin-listen --webhook --log-level --log-format --settings --json --confirm-deletes --exit-code --help -h'
      ;;
    validate)
      _aigw_sync_words '--dir --lockfile --api-url --allow-http --owner --policy --drift --delete-grace --delete-max --delete-max-percent --resync-interval --settle --concurrency --request-timeout --retries --rate-limit --evaluation-timeout --evaluation-memory --evaluator-socket --require-access --plain-secrets --strict-permissions --admin-listen --webhook --log-level --log-format --settings --json --help -h'
      ;;
    adopt)
      _aigw_sync_words '--dir --lockfile --api-url --allow-http --owner --policy --drift --delete-grace --delete-max --delete-max-percent --resync-interval --settle --concurrency --request-timeout --retries --rate-limit --evaluation-timeout --evaluation-memory --evaluator-socket --require-access --plain-secrets --strict-permissions --admin-listen --webhook --log-level --log-format --settings --from-owner --help -h'
      ;;
    import)
      _aigw_sync_words '--dir --lockfile --api-url --allow-http --owner --policy --drift --delete-grace --delete-max --delete-max-percent --resync-interval --settle --concurrency --request-timeout --retries --rate-limit --evaluation-timeout --evaluation-memory --evaluator-socket --require-access --plain-secrets --strict-permissions --admin-listen --webhook --log-level --log-format --settings --json --help -h'
      ;;
    status)
      _aigw_sync_words '--dir --lockfile --api-url --allow-http --owner --policy --drift --delete-grace --delete-max --delete-max-percent --resync-interval --settle --concurrency --request-timeout --retries --rate-limit --evaluation-timeout --evaluation-memory --evaluator-socket --require-access --plain-secrets --strict-permissions --admin-listen --webhook --log-level --log-format --settings --json --all --watch --help -h'
      ;;
    init)
      if [[ $word == -* ]]; then
        _aigw_sync_words '--help -h'
      else
        _aigw_sync_paths
      fi
      ;;
    emulator)
      _aigw_sync_words '--latency --faults --rate-limit --seed --port --token --help -h'
      ;;
    evaluator)
      _aigw_sync_words '--help -h'
      ;;
  esac
}

_aigw_sync_words() {
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$word")
}

_aigw_sync_paths() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -f -- "$word")
}

complete -F _aigw_sync aigw-sync
